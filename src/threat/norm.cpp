#include "threat/norm.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace mlsec::threat {

double Distances::in(Norm norm) const {
  switch (norm) {
    case Norm::l0:
      return l0;
    case Norm::l1:
      return l1;
    case Norm::l2:
      return l2;
    case Norm::linf:
      break;
  }
  return linf;
}

Distances distances(std::span<const float> a, std::span<const float> b) {
  // Two features in turn, so that no sum waits for the addition before it.
  std::array<Distances, 2> sums;
  const auto add = [&](Distances& sum, std::size_t i) {
    const double difference = std::fabs(double{b[i]} - double{a[i]});
    sum.l0 += difference != 0;
    sum.l1 += difference;
    sum.l2 += difference * difference;
    sum.linf = std::max(sum.linf, difference);
  };
  std::size_t i = 0;
  for (; i + 2 <= a.size(); i += 2) {
    add(sums[0], i);
    add(sums[1], i + 1);
  }
  if (i < a.size()) add(sums[0], i);
  return {.l0 = sums[0].l0 + sums[1].l0,
          .l1 = sums[0].l1 + sums[1].l1,
          .l2 = std::sqrt(sums[0].l2 + sums[1].l2),
          .linf = std::max(sums[0].linf, sums[1].linf)};
}

}  // namespace mlsec::threat
