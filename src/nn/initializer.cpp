#include "nn/initializer.hpp"

#include <cmath>
#include <vector>

namespace mlsec::nn {

namespace {

void draw_normal(float variance, Random& random, Tensor& weights) {
  const float deviation = std::sqrt(variance);
  for (float& weight : weights.values()) weight = deviation * random.normal();
}

void draw_uniform(float variance, Random& random, Tensor& weights) {
  const float limit = std::sqrt(3 * variance);
  for (float& weight : weights.values()) weight = random.uniform(-limit, limit);
}

// Four sums side by side: a single one would wait for each addition.
double dot(std::size_t count, const double* a, const double* b) {
  double sums[4] = {};
  std::size_t i = 0;
  for (; i + 4 <= count; i += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += a[i + lane] * b[i + lane];
  for (; i < count; ++i) sums[0] += a[i] * b[i];
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

// Gram and Schmidt's process on rows of normal numbers: no direction is preferred. Each row is freed of those before it
// twice, which is enough for right angles to the last digits.
void draw_orthogonal(Random& random, Tensor& weights) {
  const auto outputs = static_cast<std::size_t>(weights.shape()[0]), inputs = weights.size() / outputs;
  const bool wide = outputs <= inputs;
  const std::size_t count = wide ? outputs : inputs, length = wide ? inputs : outputs;
  std::vector<double> rows(count * length);
  for (double& value : rows) value = double{random.normal()};
  for (std::size_t i = 0; i < count; ++i) {
    double* row = rows.data() + i * length;
    for (int round = 0; round < 2; ++round)
      for (std::size_t j = 0; j < i; ++j) {
        const double* before = rows.data() + j * length;
        const double share = dot(length, row, before);
        for (std::size_t k = 0; k < length; ++k) row[k] -= share * before[k];
      }
    const double factor = 1 / std::sqrt(dot(length, row, row));
    for (std::size_t k = 0; k < length; ++k) row[k] *= factor;
  }
  for (std::size_t output = 0; output < outputs; ++output)
    for (std::size_t input = 0; input < inputs; ++input)
      weights[output * inputs + input] =
          static_cast<float>(wide ? rows[output * length + input] : rows[input * length + output]);
}

}  // namespace

void initialise(Initializer initializer, const Fans& fans, Random& random, Tensor& weights) {
  const auto in = static_cast<float>(fans.in), both = static_cast<float>(fans.in + fans.out);
  switch (initializer) {
    case Initializer::he_normal:
      return draw_normal(2.0f / in, random, weights);
    case Initializer::he_uniform:
      return draw_uniform(2.0f / in, random, weights);
    case Initializer::glorot_normal:
      return draw_normal(2.0f / both, random, weights);
    case Initializer::glorot_uniform:
      return draw_uniform(2.0f / both, random, weights);
    case Initializer::lecun_normal:
      return draw_normal(1.0f / in, random, weights);
    case Initializer::lecun_uniform:
      return draw_uniform(1.0f / in, random, weights);
    case Initializer::orthogonal:
      return draw_orthogonal(random, weights);
    case Initializer::zeros:
      for (float& weight : weights.values()) weight = 0;
  }
}

}  // namespace mlsec::nn
