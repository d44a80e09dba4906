#include "tensor/dataset.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mlsec::inline tensor {

Result<void> Dataset::check(const Shape& sample, std::size_t values, const std::vector<int>& labels, int classes) {
  if (labels.empty()) return Error{ErrorCode::shape_mismatch, "dataset.labels", "dataset.labels must not be empty."};
  if (values != labels.size() * sample.count())
    return Error{ErrorCode::shape_mismatch, "dataset.inputs",
                 sentence({"dataset.inputs must hold ", to_text(sample), " values for each of the ", labels.size(),
                           " labels; it has ", values, "."})};
  if (classes < 2) return Error{ErrorCode::out_of_range, "dataset.classes", "dataset.classes must be at least 2."};
  for (std::size_t i = 0; i < labels.size(); ++i)
    if (labels[i] < 0 || labels[i] >= classes) {
      const std::string place = "dataset.labels[" + std::to_string(i) + "]";
      return Error{ErrorCode::out_of_range, place,
                   sentence({place, " is ", labels[i], ", but the classes are 0 ... ", classes - 1, "."})};
    }
  return {};
}

Result<Dataset> Dataset::from_bytes(Shape sample, std::vector<std::uint8_t> bytes, std::vector<int> labels,
                                    int classes) {
  MLSEC_TRY_VOID(check(sample, bytes.size(), labels, classes));
  Dataset result(sample, std::move(labels), classes);
  result.bytes_ = std::move(bytes);
  return result;
}

Result<Dataset> Dataset::from_floats(Shape sample, std::vector<float> floats, std::vector<int> labels, int classes) {
  MLSEC_TRY_VOID(check(sample, floats.size(), labels, classes));
  for (std::size_t i = 0; i < floats.size(); ++i)
    if (!std::isfinite(floats[i])) {
      const std::string place = "dataset.inputs[" + std::to_string(i) + "]";
      return Error{ErrorCode::not_finite, place, sentence({place, " is not a finite number."})};
    }
  Dataset result(sample, std::move(labels), classes);
  result.floats_ = std::move(floats);
  return result;
}

Result<Dataset> Dataset::with_targets(std::vector<float> targets, int outputs) && {
  const auto width = static_cast<std::size_t>(std::max(outputs, 0));
  if (width == 0 || targets.size() != rows() * width)
    return Error{ErrorCode::shape_mismatch, "dataset.targets",
                 sentence({"dataset.targets must hold the same number of values for each of the ", rows(),
                           " samples; it has ", targets.size(), "."})};
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (!std::isfinite(targets[i])) {
      const std::string place = "dataset.targets[" + std::to_string(i) + "]";
      return Error{ErrorCode::not_finite, place, sentence({place, " is not a finite number."})};
    }
  Dataset result = std::move(*this);
  result.targets_ = std::move(targets);
  std::fill(result.labels_.begin(), result.labels_.end(), 0);
  result.classes_ = outputs;
  return result;
}

Bounds Dataset::bounds() const {
  Bounds bounds;
  for (float value : floats_) {
    bounds.lower = std::min(bounds.lower, value);
    bounds.upper = std::max(bounds.upper, value);
  }
  return bounds;
}

void Dataset::target(std::size_t row, std::span<float> out) const {
  if (has_labels()) {
    std::fill(out.begin(), out.end(), 0.0f);
    out[static_cast<std::size_t>(labels_[row])] = 1;
  } else {
    std::copy_n(targets_.data() + row * out.size(), out.size(), out.begin());
  }
}

void Dataset::gather(std::span<const std::uint32_t> rows, float* out) const {
  const std::size_t size = sample_.count();
  for (std::uint32_t row : rows) {
    if (bytes_.empty())
      std::copy_n(floats_.data() + row * size, size, out);
    else
      for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<float>(bytes_[row * size + i]) / 255.0f;
    out += size;
  }
}

}  // namespace mlsec::inline tensor
