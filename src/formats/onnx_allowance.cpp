#include "formats/onnx_allowance.hpp"

namespace mlsec::formats::onnx {

Result<void> Allowance::take_node() {
  if (nodes_ == 0) return refuse(ErrorCode::too_large, "The model has too many nodes.");
  --nodes_;
  return {};
}

Result<void> Allowance::take_entries(std::size_t count) {
  if (count > entries_)
    return refuse(ErrorCode::too_large, "The model has too many inputs, outputs, attributes or metadata.");
  entries_ -= count;
  return {};
}

Result<void> Allowance::take_constant(std::size_t count, const Subject& subject) {
  if (constants_ == 0) return refuse(ErrorCode::too_large, subject, "is one constant more than a model may have.");
  if (count > elements_)
    return refuse(ErrorCode::too_large, subject, "has more elements than are left to the constants of a model.");
  --constants_;
  elements_ -= count;
  return {};
}

Result<void> Allowance::check_name(std::string_view name) const {
  if (name.size() > name_length_) return refuse(ErrorCode::too_large, {"name", name}, "is too long.");
  return {};
}

}  // namespace mlsec::formats::onnx
