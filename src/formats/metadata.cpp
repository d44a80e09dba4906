#include "formats/metadata.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mlsec::formats {

namespace {

bool read_number(const Metadata& metadata, std::string_view key, float& number) {
  const auto found = metadata.find(key);
  if (found == metadata.end()) return true;
  const auto read = to_number(found->second);
  if (read) number = static_cast<float>(*read);
  return read && std::isfinite(number);
}

}  // namespace

Result<void> read_metadata(const Metadata& metadata, model::InputSpecification& input,
                           model::OutputSpecification& output) {
  if (!read_number(metadata, "mlsec.lower", input.lower) || !read_number(metadata, "mlsec.upper", input.upper) ||
      input.lower >= input.upper)
    return Error{ErrorCode::malformed, "model", "The model file's bounds are not two numbers, the smaller one first."};
  output.labels = model::numbered_labels(output.classes);
  const auto labels = metadata.find("mlsec.labels");
  if (labels == metadata.end()) return {};
  output.labels.assign(1, "");
  for (char c : labels->second) {
    if (c == '\n')
      output.labels.emplace_back();
    else
      output.labels.back() += c;
  }
  if (output.labels.size() != output.classes)
    return Error{ErrorCode::malformed, "model", "The model file names another number of classes than it has."};
  return {};
}

void write_metadata(const model::InputSpecification& input, const model::OutputSpecification& output,
                    Metadata& metadata) {
  metadata["mlsec.lower"] = to_text(double{input.lower}, 9);
  metadata["mlsec.upper"] = to_text(double{input.upper}, 9);
  std::string labels;
  for (std::string label : output.labels) {
    std::replace(label.begin(), label.end(), '\n', ' ');
    labels += label + '\n';
  }
  if (!labels.empty()) labels.pop_back();
  metadata["mlsec.labels"] = labels;
}

}  // namespace mlsec::formats
