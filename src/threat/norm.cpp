#include "threat/norm.hpp"

#include <algorithm>
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
  Distances sums;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double difference = std::fabs(double{b[i]} - double{a[i]});
    sums.l0 += difference != 0;
    sums.l1 += difference;
    sums.l2 += difference * difference;
    sums.linf = std::max(sums.linf, difference);
  }
  sums.l2 = std::sqrt(sums.l2);
  return sums;
}

}  // namespace mlsec::threat
