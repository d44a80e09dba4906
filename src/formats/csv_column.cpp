#include "formats/csv_column.hpp"

#include <cmath>

#include "base/text.hpp"
#include "formats/csv_text.hpp"

namespace mlsec::formats::csv {
namespace {

/// Short, and on one line.
std::string shown(std::string_view text) {
  std::string result(text.substr(0, 40));
  for (char& c : result)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  return text.size() > 40 ? result + "..." : result;
}

}  // namespace

Error refuse_cell(ErrorCode code, const Place& place, std::string_view predicate) {
  return {code, sentence({place.field, "[", place.line, "].", place.column}),
          sentence({place.field, ": line ", place.line, ", column '", shown(place.column), "': ", predicate})};
}

Result<void> Column::add(const std::string& cell, const Place& place, std::size_t most_categories,
                         std::size_t longest) {
  const auto number = kind_ == Kind::category ? std::nullopt : to_number(cell);
  if (cell.find_first_not_of(' ') == std::string::npos)
    return refuse_cell(ErrorCode::malformed, place, "the cell is empty.");
  if (kind_ == Kind::undecided) kind_ = number ? Kind::number : Kind::category;
  if (kind_ == Kind::number) {
    if (!number)
      return refuse_cell(ErrorCode::malformed, place,
                         sentence({"\"", shown(cell),
                                   "\" is no finite number; the option categorical names columns whose numbers are "
                                   "categories."}));
    const float kept = static_cast<float>(*number);
    if (!std::isfinite(kept))
      return refuse_cell(ErrorCode::out_of_range, place, "the number is beyond what a float of 32 bits holds.");
    numbers_.push_back(kept);
    return {};
  }
  if (cell.size() > longest)
    return refuse_cell(ErrorCode::too_large, place, sentence({"the text has more than ", longest, " bytes."}));
  const auto [known, is_new] = codes_.try_emplace(cell, static_cast<int>(codes_.size()));
  if (is_new && codes_.size() > most_categories)
    return refuse_cell(ErrorCode::too_large, place,
                       sentence({"the column holds more than ", most_categories, " different texts."}));
  coded_.push_back(known->second);
  return {};
}

std::vector<std::string> Column::categories() const {
  std::vector<std::string> names;
  for (const auto& [name, code] : codes_) names.push_back(name);
  return names;
}

std::vector<int> Column::indices() const {
  std::vector<int> sorted(codes_.size());
  int index = 0;
  for (const auto& [name, code] : codes_) sorted[static_cast<std::size_t>(code)] = index++;
  std::vector<int> result = coded_;
  for (int& code : result) code = sorted[static_cast<std::size_t>(code)];
  return result;
}

}  // namespace mlsec::formats::csv
