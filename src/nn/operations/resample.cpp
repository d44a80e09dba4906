#include "nn/operations/resample.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/text.hpp"

namespace mlsec::nn {

namespace {

struct Tap {
  std::size_t place;
  float weight;
};

// What an output at `at` of `outputs` sees of an axis of `inputs`.
std::vector<Tap> taps_of(ResizeMode mode, std::size_t at, std::size_t outputs, std::size_t inputs) {
  const double scale = static_cast<double>(inputs) / static_cast<double>(outputs);
  const double place = (static_cast<double>(at) + 0.5) * scale - 0.5, last = static_cast<double>(inputs - 1);
  if (mode == ResizeMode::nearest)
    return {{static_cast<std::size_t>(std::clamp(std::ceil(place - 0.5), 0.0, last)), 1}};
  const double inside = std::clamp(place, 0.0, last), below = std::floor(inside), share = inside - below;
  if (share == 0) return {{static_cast<std::size_t>(below), 1}};
  return {{static_cast<std::size_t>(below), static_cast<float>(1 - share)},
          {static_cast<std::size_t>(below) + 1, static_cast<float>(share)}};
}

std::vector<Tap> mean_of_window(std::size_t at, std::size_t outputs, std::size_t inputs) {
  const auto [first, end] = window_of(at, outputs, inputs);
  std::vector<Tap> taps;
  for (std::size_t place = first; place < end; ++place) taps.push_back({place, 1.0f / static_cast<float>(end - first)});
  return taps;
}

// Every output pixel from what `taps` gives for its row and its column.
template <class Taps>
Shape resample(const Shape& image, int height, int width, Taps taps, engine::SparseMap& map) {
  const auto u = [](auto value) { return static_cast<std::size_t>(value); };
  for (std::size_t y = 0; y < u(height); ++y) {
    const auto rows = taps(y, u(height), u(image[0]));
    for (std::size_t x = 0; x < u(width); ++x) {
      const auto columns = taps(x, u(width), u(image[1]));
      for (std::size_t c = 0; c < u(image[2]); ++c) {
        for (const Tap& row : rows)
          for (const Tap& column : columns)
            map.add_term((row.place * u(image[1]) + column.place) * u(image[2]) + c, row.weight * column.weight);
        map.end_output();
      }
    }
  }
  return {height, width, image[2]};
}

template <class Visit>
void for_each_reduced(const Shape& input, const Reduction& reduction, Visit visit) {
  const Strides from(input), to(reduction.kept);
  for (std::size_t element = 0; element < input.count(); ++element) {
    const auto place = from.coordinates(element);
    std::size_t output = 0;
    for (std::size_t axis = 0; axis < input.rank(); ++axis)
      if (!reduction.gone[axis]) output += place[axis] * to[axis];
    visit(element, output);
  }
}

}  // namespace

std::pair<std::size_t, std::size_t> window_of(std::size_t at, std::size_t outputs, std::size_t inputs) {
  return {at * inputs / outputs, ((at + 1) * inputs + outputs - 1) / outputs};
}

Result<Shape> Resize::plan(const Shape& input, engine::SparseMap& map) const {
  if (input.rank() != 3) return misfit(sentence({"takes images of height x width x channels, not ", to_text(input)}));
  if (Shape{options_.height, options_.width, input[2]}.count() > maximum_mapped) return too_many();
  return resample(
      input, options_.height, options_.width, [&](auto... axis) { return taps_of(options_.mode, axis...); }, map);
}

Result<Shape> AdaptiveAveragePool2d::plan(const Shape& input, engine::SparseMap& map) const {
  if (input.rank() != 3) return misfit(sentence({"takes images of height x width x channels, not ", to_text(input)}));
  if (Shape{options_.height, options_.width, input[2]}.count() > maximum_mapped) return too_many();
  return resample(input, options_.height, options_.width, mean_of_window, map);
}

Result<Reduction> reduction_of(const ReduceOptions& options, const Shape& input, std::string_view id) {
  Reduction reduction;
  if (!options.axes) std::fill_n(reduction.gone.begin(), input.rank(), true);
  for (int axis : options.axes.value_or(std::vector<int>{})) {
    const auto found = input.find_axis(axis);
    if (!found)
      return Error{ErrorCode::shape_mismatch, "model",
                   sentence({"A ", id, " layer has no axis ", axis, " in an input of ", to_text(input), "."})};
    reduction.gone[*found] = true;
  }
  std::vector<std::int64_t> kept, output;
  for (std::size_t axis = 0; axis < input.rank(); ++axis) {
    kept.push_back(reduction.gone[axis] ? 1 : input[axis]);
    if (!reduction.gone[axis] || options.keep_axes) output.push_back(kept.back());
  }
  if (output.empty()) output.push_back(1);
  reduction.kept = Shape(std::span<const std::int64_t>(kept));
  reduction.output = Shape(std::span<const std::int64_t>(output));
  return reduction;
}

Result<Shape> LinearReduction::plan(const Shape& input, engine::SparseMap& map) const {
  MLSEC_TRY(const Reduction reduction, reduction_of(options_, input, id()));
  std::vector<std::vector<std::size_t>> groups(reduction.kept.count());
  for_each_reduced(input, reduction, [&](std::size_t from, std::size_t to) { groups[to].push_back(from); });
  for (const auto& group : groups) {
    for (std::size_t from : group) map.add_term(from, mean_ ? 1.0f / static_cast<float>(group.size()) : 1.0f);
    map.end_output();
  }
  return reduction.output;
}

Result<Shape> ReduceMax::connect(std::span<const Shape> inputs) {
  MLSEC_TRY(const Reduction reduction, reduction_of(options_, inputs[0], public_id));
  inputs_ = inputs[0].count();
  outputs_ = reduction.kept.count();
  if (inputs_ > maximum_mapped) return too_many_mapped(public_id);
  output_of_.resize(inputs_);
  for_each_reduced(inputs[0], reduction,
                   [&](std::size_t from, std::size_t to) { output_of_[from] = static_cast<std::uint32_t>(to); });
  return reduction.output;
}

void ReduceMax::forward(const ForwardCall& call) {
  auto& winners = call.memory.indices;
  winners.resize(std::max(winners.size(), call.rows * outputs_));
  for (std::size_t row = 0; row < call.rows; ++row) {
    const float* x = call.inputs[0] + row * inputs_;
    float* y = call.output + row * outputs_;
    std::uint32_t* winner = winners.data() + row * outputs_;
    std::fill_n(y, outputs_, -std::numeric_limits<float>::infinity());
    std::fill_n(winner, outputs_, 0u);
    for (std::size_t i = 0; i < inputs_; ++i)
      if (x[i] > y[output_of_[i]]) {
        y[output_of_[i]] = x[i];
        winner[output_of_[i]] = static_cast<std::uint32_t>(i);
      }
  }
}

Result<void> ReduceMax::backward_input(const BackwardCall& call, std::size_t, float* input_cotangent) {
  std::memset(input_cotangent, 0, call.rows * inputs_ * sizeof(float));
  for (std::size_t row = 0; row < call.rows; ++row)
    for (std::size_t i = 0; i < outputs_; ++i)
      input_cotangent[row * inputs_ + call.memory.indices[row * outputs_ + i]] +=
          call.output_cotangent[row * outputs_ + i];
  return {};
}

Result<void> ReduceMax::forward_tangent(const TangentCall& call) {
  for (std::size_t row = 0; row < call.rows; ++row)
    for (std::size_t i = 0; i < outputs_; ++i)
      call.output_tangent[row * outputs_ + i] =
          call.input_tangents[0][row * inputs_ + call.memory.indices[row * outputs_ + i]];
  return {};
}

}  // namespace mlsec::nn
