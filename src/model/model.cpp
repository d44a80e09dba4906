#include "model/model.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mlsec::model {

std::vector<std::string> numbered_labels(std::size_t classes) {
  std::vector<std::string> labels;
  for (std::size_t i = 0; i < classes; ++i) labels.push_back(std::to_string(i));
  return labels;
}

Result<Tensor> Pass::jacobian() {
  const std::size_t rows = this->rows(), classes = outputs().size() / rows;
  std::vector<float> cotangents(outputs().size(), 0.0f);
  const auto choose = [&](std::size_t output, float value) {
    for (std::size_t row = 0; row < rows; ++row) cotangents[row * classes + output] = value;
  };
  Tensor jacobian;
  for (std::size_t output = 0; output < classes; ++output) {
    choose(output, 1);
    MLSEC_TRY(const Gradients gradients, backward(cotangents, {true, WeightGradients::none, std::nullopt}));
    choose(output, 0);
    const Tensor& inputs = gradients.inputs;
    if (output == 0) {
      std::vector<std::int64_t> extents(inputs.shape().begin(), inputs.shape().end());
      extents.insert(extents.begin() + 1, static_cast<std::int64_t>(classes));
      jacobian = Tensor(Shape(std::span<const std::int64_t>(extents)));
    }
    const std::size_t features = inputs.size() / rows;
    for (std::size_t row = 0; row < rows; ++row)
      std::copy_n(inputs.data() + row * features, features, jacobian.data() + (row * classes + output) * features);
  }
  return jacobian;
}

Error lacks(std::string_view capability) {
  return {ErrorCode::unsupported, "model",
          sentence({"This model lacks the capability ", capability, ", which is needed here."})};
}

Result<std::size_t> find_layer(const Model& model, const Value& layer) {
  const auto layers = model.layers();
  if (const auto* name = layer.as<std::string>()) {
    const auto found = std::ranges::find(layers, *name, &LayerInfo::name);
    if (found != layers.end()) return static_cast<std::size_t>(found - layers.begin());
    return Error{ErrorCode::unknown_name, "layer", sentence({"layer: the model has no layer called \"", *name, "\"."})};
  }
  const auto* index = layer.as<double>();
  if (!index || *index != std::floor(*index))
    return Error{ErrorCode::wrong_type, "layer", "layer must be the index of a layer or its name."};
  if (*index < 0 || *index >= static_cast<double>(layers.size()))
    return Error{ErrorCode::out_of_range, "layer",
                 sentence({"layer is ", *index, ", but the model has ", layers.size(), " layers, counted from 0."})};
  return static_cast<std::size_t>(*index);
}

Result<void> check_inputs(const InputSpecification& specification, std::span<const float> values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    // False for NaN too.
    if (values[i] >= specification.lower && values[i] <= specification.upper) continue;
    const std::string place = "inputs[" + std::to_string(i) + "]";
    if (!std::isfinite(values[i]))
      return Error{ErrorCode::not_finite, place, sentence({place, " is not a finite number."})};
    return Error{ErrorCode::out_of_range, place,
                 sentence({place, " is ", double{values[i]}, ", outside the model's bounds ",
                           double{specification.lower}, " ... ", double{specification.upper}, "."})};
  }
  return {};
}

namespace {

// Extents of 1 carry no information: 28 x 28 is 1 x 28 x 28 is 28 x 28 x 1.
std::vector<std::int64_t> without_ones(const Shape& shape, std::size_t first_axis) {
  std::vector<std::int64_t> kept;
  for (std::size_t axis = first_axis; axis < shape.rank(); ++axis)
    if (shape[axis] != 1) kept.push_back(shape[axis]);
  return kept;
}

}  // namespace

Result<std::size_t> rows_of(const InputSpecification& specification, const Shape& shape) {
  const Shape& sample = specification.shape;
  const auto wanted = without_ones(sample, 0);
  if (shape == Shape{static_cast<std::int64_t>(sample.count())}) return std::size_t{1};
  if (shape.rank() <= sample.rank() && without_ones(shape, 0) == wanted) return std::size_t{1};
  const bool flat = shape.rank() == 2 && static_cast<std::size_t>(shape[1]) == sample.count();
  if (shape.rank() == 0 || !(flat || without_ones(shape, 1) == wanted))
    return Error{ErrorCode::shape_mismatch, "inputs",
                 sentence({"inputs must have the shape n x ", to_text(sample), ", not ", to_text(shape), "."})};
  if (shape[0] < 1) return Error{ErrorCode::shape_mismatch, "inputs", "inputs must hold at least one sample."};
  return static_cast<std::size_t>(shape[0]);
}

}  // namespace mlsec::model
