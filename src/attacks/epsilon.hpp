// The two options that every attack within a norm ball shares.
#pragma once

#include <optional>

#include "base/schema.hpp"
#include "threat/norm.hpp"

namespace mlsec::attacks {

/// The radii customary on images of 28 x 28 pixels in 0 ... 1 (Madry et al., 2018, for linf).
constexpr double default_epsilon(threat::Norm norm) {
  constexpr double radii[] = {10, 10, 2, 0.3};  // l0 in features
  return radii[static_cast<int>(norm)];
}

template <class Options, class... N>
constexpr auto norm_field(threat::Norm Options::* member, N... norms) {
  return field("norm", member, "How the size of the perturbation is measured.").only(norms...);
}

template <class Options>
constexpr auto norm_field(threat::Norm Options::* member) {
  return norm_field(member, threat::Norm::linf, threat::Norm::l2);
}

template <class Options>
constexpr auto epsilon_field(std::optional<double> Options::* member,
                             std::string_view otherwise = "0.3 for linf, 2 for l2") {
  return field("epsilon", member, "Largest size of the perturbation.")
      .range(0, 1e6)
      .in("input units")
      .otherwise(otherwise);
}

/// What epsilon_field says where l1 is one of the norms.
inline constexpr std::string_view radius_in_three_norms = "0.3 for linf, 2 for l2, 10 for l1";

}  // namespace mlsec::attacks
