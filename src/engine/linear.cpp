#include "engine/linear.hpp"

#include "base/check.hpp"

namespace mlsec::engine {

void Linear::pack(std::size_t inputs, std::size_t outputs, const float* weights, const float* bias, WeightOrder order) {
  if (inputs != weights_.inputs()) offsets_.clear();
  weights_.resize(inputs, outputs);
  if (order == WeightOrder::output_major)
    for (std::size_t output = 0; output < outputs; ++output) weights_.set_output(output, weights + output * inputs);
  else
    for (std::size_t input = 0; input < inputs; ++input) weights_.set_input(input, weights + input * outputs);
  weights_.set_bias(bias);
  packed_ = true;
}

void Linear::run(std::size_t rows, const float* x, float* y, Epilogue epilogue) {
  MLSEC_CHECK(packed());
  while (offsets_.size() < rows) offsets_.push_back(offsets_.size() * weights_.inputs());
  static constexpr std::ptrdiff_t start[1] = {0};
  weights_.multiply(x, std::span(offsets_).first(rows), {start, weights_.inputs()}, epilogue, y, weights_.outputs());
}

}  // namespace mlsec::engine
