// Gradients from the function alone.
#pragma once

#include <vector>

namespace mlsec::test {

/// The gradient of f, a function of a list of doubles, by central differences. For an f without bends between x - step
/// and x + step in any coordinate the result is right to about 1e-9.
template <class Function>
std::vector<double> finite_differences(std::vector<double> x, Function f, double step = 1e-5) {
  std::vector<double> gradient(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double middle = x[i];
    x[i] = middle + step;
    const double above = f(x);
    x[i] = middle - step;
    gradient[i] = (above - f(x)) / (2 * step);
    x[i] = middle;
  }
  return gradient;
}

}  // namespace mlsec::test
