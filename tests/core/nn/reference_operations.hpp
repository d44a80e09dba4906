// The operations beside convolutions, dense layers and pools, as plain loops in double precision over one sample.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>
#include <vector>

#include "tensor/shape.hpp"
#include "tests/core/nn/reference.hpp"

namespace mlsec::test::reference {

inline Values each(Values x, const std::function<double(double)>& f) {
  for (double& value : x) value = f(value);
  return x;
}

inline double logistic(double x) { return 1 / (1 + std::exp(-x)); }
inline double elu(double x, double alpha) { return x > 0 ? x : alpha * (std::exp(x) - 1); }
inline double gelu(double x) { return x * 0.5 * (1 + std::erf(x / std::numbers::sqrt2)); }
inline double gelu_by_tanh(double x) {
  return x * 0.5 * (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
}
inline double hard_swish(double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; }

/// Coordinates of all elements in their order.
inline std::vector<std::vector<std::size_t>> coordinates(const Shape& shape) {
  std::vector<std::vector<std::size_t>> all{{}};
  for (std::int64_t extent : shape) {
    std::vector<std::vector<std::size_t>> next;
    for (const auto& begun : all)
      for (std::int64_t i = 0; i < extent; ++i) {
        next.push_back(begun);
        next.back().push_back(static_cast<std::size_t>(i));
      }
    all = std::move(next);
  }
  return all;
}

inline std::size_t offset(const Shape& shape, const std::vector<std::size_t>& place) {
  std::size_t result = 0;
  for (std::size_t axis = 0; axis < shape.rank(); ++axis)
    result = result * static_cast<std::size_t>(shape[axis]) + place[axis];
  return result;
}

/// output[place] = x[from(place)].
inline Values moved(const Values& x, const Shape& input, const Shape& output,
                    const std::function<std::vector<std::size_t>(std::vector<std::size_t>)>& from) {
  Values result;
  for (const auto& place : coordinates(output)) result.push_back(x[offset(input, from(place))]);
  return result;
}

/// Of values aligned at their last axes, an extent of 1 standing for any.
inline Values broadcast(const Values& a, const Shape& a_shape, const Values& b, const Shape& b_shape,
                        const Shape& output, const std::function<double(double, double)>& f) {
  const auto at = [&](const Values& values, const Shape& shape, const std::vector<std::size_t>& place) {
    std::vector<std::size_t> own;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis)
      own.push_back(shape[axis] == 1 ? 0 : place[axis + output.rank() - shape.rank()]);
    return values[offset(shape, own)];
  };
  Values result;
  for (const auto& place : coordinates(output)) result.push_back(f(at(a, a_shape, place), at(b, b_shape, place)));
  return result;
}

/// a is m x k and b k x n.
inline Values matmul(const Values& a, const Values& b, std::size_t m, std::size_t k, std::size_t n) {
  Values result(m * n);
  for (std::size_t i = 0; i < m; ++i)
    for (std::size_t j = 0; j < n; ++j)
      for (std::size_t t = 0; t < k; ++t) result[i * n + j] += a[i * k + t] * b[t * n + j];
  return result;
}

inline Values softmax(const Values& x, std::size_t width) {
  Values result(x.size());
  for (std::size_t i = 0; i < x.size(); i += width) {
    double sum = 0;
    for (std::size_t k = 0; k < width; ++k) sum += std::exp(x[i + k]);
    for (std::size_t k = 0; k < width; ++k) result[i + k] = std::exp(x[i + k]) / sum;
  }
  return result;
}

/// Groups by number: values of one group have mean 0 and variance 1, then each channel its scale and shift.
inline Values normalised(const Values& x, std::size_t channels, const std::function<std::size_t(std::size_t)>& group,
                         const Values& scale, const Values& shift) {
  Values result(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    double sum = 0, count = 0, squares = 0;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (group(j) == group(i)) sum += x[j], count += 1;
    for (std::size_t j = 0; j < x.size(); ++j)
      if (group(j) == group(i)) squares += (x[j] - sum / count) * (x[j] - sum / count);
    result[i] = (x[i] - sum / count) / std::sqrt(squares / count + 1e-5) * scale[i % channels] + shift[i % channels];
  }
  return result;
}

/// Kernels input channels x height x width x filters.
inline Values transposed_convolution(const Shape& image, const Shape& output, std::size_t kernel, std::size_t stride,
                                     std::size_t crop, const Values& x, const Values& kernels, const Values& bias) {
  const auto u = [](std::int64_t extent) { return static_cast<std::size_t>(extent); };
  const std::size_t filters = u(output[2]);
  Values result(output.count());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = bias.empty() ? 0 : bias[i % filters];
  for (const auto& place : coordinates(image))
    for (std::size_t ky = 0; ky < kernel; ++ky)
      for (std::size_t kx = 0; kx < kernel; ++kx) {
        const std::size_t row = place[0] * stride + ky, column = place[1] * stride + kx;
        if (row < crop || column < crop || row - crop >= u(output[0]) || column - crop >= u(output[1])) continue;
        for (std::size_t f = 0; f < filters; ++f)
          result[((row - crop) * u(output[1]) + column - crop) * filters + f] +=
              x[offset(image, place)] * kernels[((place[2] * kernel + ky) * kernel + kx) * filters + f];
      }
  return result;
}

/// Bilinear, pixels being squares whose middle counts.
inline Values bilinear(const Shape& image, std::size_t height, std::size_t width, const Values& x) {
  const auto u = [](std::int64_t extent) { return static_cast<std::size_t>(extent); };
  Values result;
  for (std::size_t i = 0; i < height; ++i)
    for (std::size_t j = 0; j < width; ++j)
      for (std::size_t c = 0; c < u(image[2]); ++c) {
        const auto near = [](std::size_t at, std::size_t outputs, std::size_t inputs) {
          const double place = (static_cast<double>(at) + 0.5) * static_cast<double>(inputs) / static_cast<double>(outputs) - 0.5;
          return std::clamp(place, 0.0, static_cast<double>(inputs - 1));
        };
        const double y = near(i, height, u(image[0])), z = near(j, width, u(image[1]));
        double sum = 0;
        for (std::size_t a = 0; a < u(image[0]); ++a)
          for (std::size_t b = 0; b < u(image[1]); ++b)
            sum += std::max(0.0, 1 - std::fabs(y - static_cast<double>(a))) *
                   std::max(0.0, 1 - std::fabs(z - static_cast<double>(b))) * x[offset(image, {a, b, c})];
        result.push_back(sum);
      }
  return result;
}

}  // namespace mlsec::test::reference
