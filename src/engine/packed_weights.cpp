#include "engine/packed_weights.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vector.hpp"

namespace mlsec::engine {

namespace {

constexpr std::size_t width = PackedWeights::width;

// Of eight outputs, the first `count`.
void store(Float4 left, Float4 right, bool relu, float* y, std::size_t count) {
  if (relu) {
    left = left > splat4(0) ? left : splat4(0);
    right = right > splat4(0) ? right : splat4(0);
  }
  if (count >= width) {
    store4(y, left);
    store4(y + 4, right);
    return;
  }
  float eight[width];
  store4(eight, left);
  store4(eight + 4, right);
  std::memcpy(y, eight, count * sizeof(float));
}

// What all tiles of a panel share.
struct Panel {
  const float* weights;
  const float* bias;
  bool relu;
  std::size_t outputs;  // how many of its eight there are
};

// R rows times eight outputs, accumulated in registers. Four rows keep eight accumulators, which hides the latency of a
// fused multiply-add and leaves registers for the operands; unrolling over the inputs makes V8 spill.
template <std::size_t R>
void multiply_tile(const float* const* x, const Runs& runs, const Panel& panel, float* const* y) {
  Float4 left[R], right[R];
  for (std::size_t r = 0; r < R; ++r) {
    left[r] = load4(panel.bias);
    right[r] = load4(panel.bias + 4);
  }
  const float* weights = panel.weights;
  for (const std::ptrdiff_t offset : runs.offsets) {
    const float* a[R];
    for (std::size_t r = 0; r < R; ++r) a[r] = x[r] + offset;
    for (std::size_t k = runs.length; k > 0; --k) {
      const Float4 w_left = load4(weights), w_right = load4(weights + 4);
      for (std::size_t r = 0; r < R; ++r) {
        const Float4 factor = splat4(*a[r]++);
        left[r] = multiply_add(factor, w_left, left[r]);
        right[r] = multiply_add(factor, w_right, right[r]);
      }
      weights += width;
    }
  }
  for (std::size_t r = 0; r < R; ++r) store(left[r], right[r], panel.relu, y[r], panel.outputs);
}

// One row times P panels: with a single row, only several panels give enough independent sums. Unrolled by hand,
// because V8, which unrolls short loops by itself, then runs out of registers.
template <std::size_t P>
void multiply_row(const float* x, const Runs& runs, std::size_t inputs, const float* weights, const float* bias,
                  bool relu, float* y, std::size_t outputs) {
  Float4 left[P], right[P];
  const float* w[P];
  for (std::size_t p = 0; p < P; ++p) {
    left[p] = load4(bias + p * width);
    right[p] = load4(bias + p * width + 4);
    w[p] = weights + p * width * inputs;
  }
  const auto add = [&](float input, std::size_t place) {
    const Float4 factor = splat4(input);
    for (std::size_t p = 0; p < P; ++p) {
      left[p] = multiply_add(factor, load4(w[p] + place * width), left[p]);
      right[p] = multiply_add(factor, load4(w[p] + place * width + 4), right[p]);
    }
  };
  const auto advance = [&](std::size_t places) {
    for (std::size_t p = 0; p < P; ++p) w[p] += places * width;
  };
  for (const std::ptrdiff_t offset : runs.offsets) {
    const float* a = x + offset;
    std::size_t k = runs.length;
    for (; k >= 4; k -= 4, a += 4, advance(4))
      for (std::size_t place = 0; place < 4; ++place) add(a[place], place);
    for (; k > 0; --k, ++a, advance(1)) add(*a, 0);
  }
  for (std::size_t p = 0; p < P; ++p) store(left[p], right[p], relu, y + p * width, outputs - p * width);
}

}  // namespace

void PackedWeights::resize(std::size_t inputs, std::size_t outputs) {
  inputs_ = inputs;
  outputs_ = outputs;
  reserve(weights_, panels() * width * inputs);
  reserve(bias_, panels() * width);
  if (outputs % width != 0)
    std::memset(weights_.data() + (panels() - 1) * width * inputs, 0, width * inputs * sizeof(float));
}

void PackedWeights::set_output(std::size_t output, const float* weights) {
  float* to = weights_.data() + output / width * width * inputs_ + output % width;
  for (std::size_t i = 0; i < inputs_; ++i) to[i * width] = weights[i];
}

void PackedWeights::set_input(std::size_t input, const float* weights) {
  float* to = weights_.data() + input * width;
  std::size_t output = 0;
  for (; output + width <= outputs_; output += width, to += width * inputs_) {
    store4(to, load4(weights + output));
    store4(to + 4, load4(weights + output + 4));
  }
  for (; output < outputs_; ++output) to[output % width] = weights[output];
}

void PackedWeights::set_bias(const float* bias) {
  std::memset(bias_.data(), 0, bias_.size() * sizeof(float));
  if (bias) std::memcpy(bias_.data(), bias, outputs_ * sizeof(float));
}

void PackedWeights::multiply(const float* x, std::span<const std::size_t> rows, const Runs& runs, Epilogue epilogue,
                             float* y, std::size_t y_stride) const {
  static constexpr float zeros[4 * width] = {};
  const auto bias_of = [&](std::size_t panel) { return epilogue.bias ? bias_.data() + panel * width : zeros; };
  // As many rows at a time as the second-level cache holds while all panels pass over them.
  const std::size_t block = std::max<std::size_t>(4, 32768 / std::max<std::size_t>(inputs_, 1) / 4 * 4);
  std::size_t first = 0;
  for (; first + 4 <= rows.size(); first += block) {
    const std::size_t end = std::min(first + block, rows.size() / 4 * 4);
    for (std::size_t p = 0; p < panels(); ++p) {
      const Panel panel{weights_.data() + p * width * inputs_, bias_of(p), epilogue.relu, outputs_ - p * width};
      for (std::size_t row = first; row < end; row += 4) {
        const float* from[4];
        float* to[4];
        for (std::size_t r = 0; r < 4; ++r) {
          from[r] = x + rows[row + r];
          to[r] = y + (row + r) * y_stride + p * width;
        }
        multiply_tile<4>(from, runs, panel, to);
      }
    }
  }
  for (std::size_t row = rows.size() / 4 * 4; row < rows.size(); ++row) {
    const float* from = x + rows[row];
    float* to = y + row * y_stride;
    std::size_t p = 0;
    const auto pass = [&]<std::size_t P>() {
      for (; p + P <= panels(); p += P)
        multiply_row<P>(from, runs, inputs_, weights_.data() + p * width * inputs_, bias_of(p), epilogue.relu,
                        to + p * width, outputs_ - p * width);
    };
    pass.template operator()<4>();
    pass.template operator()<2>();
    pass.template operator()<1>();
  }
}

}  // namespace mlsec::engine
