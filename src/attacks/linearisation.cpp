#include "attacks/linearisation.hpp"

#include <cmath>

#include "attacks/features.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

Tangent nearest_tangent(const JacobianAnswer& here, std::size_t label, std::span<const std::uint32_t> classes,
                        threat::Norm norm) {
  Tangent nearest;
  double distance = std::numeric_limits<double>::infinity();
  Point normal(here.of(label).size());
  for (std::uint32_t other : classes) {
    subtract(normal, here.of(other), here.of(label));
    const double margin = double{here.logits[other]} - double{here.logits[label]};
    const double away = std::fabs(margin) / size_in(dual(norm), normal);
    if (!(away < distance)) continue;
    distance = away;
    nearest = {other, margin, normal};
  }
  return nearest;
}

std::vector<std::uint32_t> likely_classes(std::span<const float> logits, std::size_t label, std::size_t count) {
  const std::vector<double> scores(logits.begin(), logits.end());
  auto classes = threat::descending(scores);
  std::erase(classes, static_cast<std::uint32_t>(label));
  if (classes.size() > count) classes.resize(count);
  return classes;
}

}  // namespace mlsec::attacks
