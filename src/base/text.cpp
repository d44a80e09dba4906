#include "base/text.hpp"

#include <algorithm>
#include <cmath>

namespace mlsec::inline base {

// Not by printf and strtod: those bring a quad-precision arithmetic of their own into the WebAssembly.

namespace {

double power_of_ten(int exponent) {
  double power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

double times_power_of_ten(double number, int exponent) {
  // In two steps: the power alone may be beyond the range of double where the result is not.
  const int first = std::clamp(exponent, -290, 290);
  for (int step : {first, exponent - first})
    number = step < 0 ? number / power_of_ten(-step) : number * power_of_ten(step);
  return number;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

void Piece::append_to(std::string& out) const {
  if (!is_number_)
    out += text_;
  else if (number_ == std::floor(number_) && std::fabs(number_) < 9007199254740992.0)
    out += std::to_string(static_cast<long long>(number_));
  else
    out += to_text(number_);
}

void append_name(std::string& list, std::string_view name) {
  if (!list.empty()) list += ", ";
  list += name;
}

std::string sentence(std::initializer_list<Piece> pieces) {
  std::string out;
  for (const Piece& piece : pieces) piece.append_to(out);
  return out;
}

std::string to_text(double number, int significant_digits) {
  if (std::isnan(number)) return "NaN";
  std::string text = std::signbit(number) && number != 0 ? "-" : "";
  number = std::fabs(number);
  if (std::isinf(number)) return text + "infinity";
  if (number == 0) return "0";

  int exponent = static_cast<int>(std::floor(std::log10(number)));
  double scaled = std::floor(times_power_of_ten(number, significant_digits - 1 - exponent) + 0.5);
  if (scaled >= power_of_ten(significant_digits)) {
    scaled /= 10;
    ++exponent;
  }
  std::string digits = std::to_string(static_cast<long long>(scaled));
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();

  const int count = static_cast<int>(digits.size());
  if (exponent < -5 || exponent >= 16) {
    if (count > 1) digits.insert(1, ".");
    return text + digits + "e" + std::to_string(exponent);
  }
  if (exponent < 0) return text + "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  if (exponent + 1 >= count) return text + digits + std::string(static_cast<std::size_t>(exponent + 1 - count), '0');
  return text + digits.insert(static_cast<std::size_t>(exponent + 1), ".");
}

std::optional<double> to_number(std::string_view text) {
  std::size_t at = 0;
  const auto take = [&](char c) { return at < text.size() && text[at] == c && ++at; };
  const bool negative = take('-');
  double mantissa = 0;
  int exponent = 0, digits = 0;
  for (; at < text.size() && is_digit(text[at]); ++at, ++digits) mantissa = mantissa * 10 + (text[at] - '0');
  if (take('.'))
    for (; at < text.size() && is_digit(text[at]); ++at, ++digits, --exponent)
      mantissa = mantissa * 10 + (text[at] - '0');
  if (digits == 0 || digits > 30) return std::nullopt;
  if (take('e')) {
    const bool down = take('-');
    int given = 0, exponent_digits = 0;
    for (; at < text.size() && is_digit(text[at]) && exponent_digits < 4; ++at, ++exponent_digits)
      given = given * 10 + (text[at] - '0');
    if (exponent_digits == 0 || given > 330) return std::nullopt;
    exponent += down ? -given : given;
  }
  if (at != text.size()) return std::nullopt;
  const double number = times_power_of_ten(mantissa, exponent);
  if (!std::isfinite(number)) return std::nullopt;
  return negative ? -number : number;
}

}  // namespace mlsec::inline base
