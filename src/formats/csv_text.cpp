#include "formats/csv_text.hpp"

#include <cstdint>

#include "base/text.hpp"

namespace mlsec::formats::csv {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_line_break(char c) { return c == '\n' || c == '\r'; }

}  // namespace

bool LineReader::take_line_break() {
  if (at_ == text_.size() || !is_line_break(text_[at_])) return false;
  at_ += text_.substr(at_).starts_with("\r\n") ? 2 : 1;
  ++next_line_;
  return true;
}

Result<bool> LineReader::next(std::vector<std::string>& cells) {
  while (take_line_break()) {
  }
  line_ = next_line_;
  if (at_ == text_.size()) return false;
  std::size_t count = 0;
  for (;;) {
    // Strings of earlier lines are used again: their memory is there.
    if (cells.size() == count) cells.emplace_back();
    MLSEC_TRY_VOID(take_cell(cells[count++]));
    if (at_ == text_.size() || take_line_break()) break;
    ++at_;  // the delimiter
  }
  cells.resize(count);
  return true;
}

Result<void> LineReader::take_cell(std::string& cell) {
  const auto broken = [&](std::string_view how) {
    return Error{ErrorCode::malformed, sentence({field_, "[", line_, "]"}), sentence({field_, ": line ", line_, how})};
  };
  cell.clear();
  if (at_ < text_.size() && text_[at_] == '"') {
    ++at_;
    for (;;) {
      if (at_ == text_.size()) return broken(" has a quote that is never closed.");
      if (is_line_break(text_[at_])) {
        const std::size_t start = at_;
        take_line_break();
        cell += text_.substr(start, at_ - start);
      } else if (text_[at_] != '"') {
        cell += text_[at_++];
      } else if (text_.substr(at_).starts_with("\"\"")) {
        cell += '"';
        at_ += 2;
      } else {
        break;
      }
    }
    ++at_;
    if (at_ < text_.size() && text_[at_] != delimiter_ && !is_line_break(text_[at_]))
      return broken(" goes on after a closing quote.");
    return {};
  }
  const std::size_t start = at_;
  while (at_ < text_.size() && text_[at_] != delimiter_ && !is_line_break(text_[at_])) {
    if (text_[at_] == '"') return broken(" has a quote within a cell that does not begin with one.");
    ++at_;
  }
  cell = text_.substr(start, at_ - start);
  return {};
}

std::optional<double> to_number(std::string_view cell) {
  while (!cell.empty() && cell.front() == ' ') cell.remove_prefix(1);
  while (!cell.empty() && cell.back() == ' ') cell.remove_suffix(1);
  std::size_t at = 0;
  const auto take = [&](char c) { return at < cell.size() && cell[at] == c && ++at; };
  const bool negative = take('-');
  if (!negative) take('+');
  // As whole digits and a power of ten, which base reads: any number of zeros in front, and no more digits than a
  // double can tell apart.
  constexpr std::size_t most_digits = 19;
  std::string digits;
  std::int64_t power = 0;
  bool any = false, fraction = false;
  for (; at < cell.size() && (is_digit(cell[at]) || (cell[at] == '.' && !fraction)); ++at) {
    if (cell[at] == '.') {
      fraction = true;
      continue;
    }
    any = true;
    const bool kept = digits.size() < most_digits;
    if (kept && (!digits.empty() || cell[at] != '0')) digits += cell[at];
    if (kept == fraction) power += fraction ? -1 : 1;
  }
  if (!any) return std::nullopt;
  if (take('e') || take('E')) {
    const bool down = take('-');
    if (!down) take('+');
    std::int64_t given = 0;
    const std::size_t first = at;
    for (; at < cell.size() && is_digit(cell[at]) && given < 1'000'000; ++at) given = given * 10 + (cell[at] - '0');
    if (at == first) return std::nullopt;
    power += down ? -given : given;
  }
  if (at != cell.size()) return std::nullopt;
  if (digits.empty() || power < -330) return negative ? -0.0 : 0.0;
  if (power > 330) return std::nullopt;
  const auto number = base::to_number(digits + 'e' + std::to_string(power));
  return number && negative ? -*number : number;
}

}  // namespace mlsec::formats::csv
