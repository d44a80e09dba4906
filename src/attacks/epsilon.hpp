// The two options that every attack within a norm ball shares.
#pragma once

#include <optional>

#include "base/schema.hpp"
#include "threat/norm.hpp"

namespace mlsec::attacks {

/// The radii customary on images of 28 x 28 pixels in 0 ... 1 (Madry et al., 2018, for linf).
constexpr double default_epsilon(threat::Norm norm) { return norm == threat::Norm::l2 ? 2.0 : 0.3; }

template <class Options>
constexpr auto norm_field(threat::Norm Options::* member) {
  return field("norm", member, "How the size of the perturbation is measured.")
      .only(threat::Norm::linf, threat::Norm::l2);
}

template <class Options>
constexpr auto epsilon_field(std::optional<double> Options::* member) {
  return field("epsilon", member, "Largest size of the perturbation.")
      .range(0, 1e6)
      .in("input units")
      .otherwise("0.3 for linf, 2 for l2");
}

}  // namespace mlsec::attacks
