// Features by how much they matter.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlsec::threat {

/// The indices of `scores` from the largest score to the smallest; the lower index first among equals. No score may be
/// NaN.
std::vector<std::uint32_t> descending(std::span<const double> scores);

}  // namespace mlsec::threat
