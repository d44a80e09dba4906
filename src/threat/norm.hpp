// The norms in which perturbations are measured.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/enum_names.hpp"

namespace mlsec::threat {

enum class Norm { l0, l1, l2, linf };
constexpr std::array<std::string_view, 4> enum_names(Norm) { return {"l0", "l1", "l2", "linf"}; }

/// The size of b - a in every norm, computed in double over the float32 values; l0 counts the features that differ.
struct Distances {
  double l0 = 0, l1 = 0, l2 = 0, linf = 0;

  double in(Norm norm) const;
};

Distances distances(std::span<const float> a, std::span<const float> b);

}  // namespace mlsec::threat
