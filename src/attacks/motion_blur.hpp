// Images moved while they were taken.
#pragma once

#include <cstddef>
#include <vector>

#include "attacks/picture.hpp"

namespace mlsec::attacks {

struct MotionTap {
  std::ptrdiff_t down, right;  // from the pixel to one that leaves its trace there
  double weight;
};

/// Half a Gaussian along a direction, given in turns from rightwards to downwards, cut off `reach` pixels away; the
/// weights' sum is 1.
std::vector<MotionTap> motion_taps(double deviation, double reach, double turns);

/// Beyond its edges the image goes on as it ends.
void motion_blur(Picture& picture, const std::vector<MotionTap>& taps);

}  // namespace mlsec::attacks
