// The common corruptions of Hendrycks and Dietterich.
#pragma once

#include <array>
#include <string_view>

#include "attacks/picture.hpp"
#include "base/random.hpp"

namespace mlsec::attacks {

enum class CorruptionKind {
  gaussian_noise,
  shot_noise,
  impulse_noise,
  speckle_noise,
  defocus_blur,
  glass_blur,
  motion_blur,
  zoom_blur,
  gaussian_blur,
  snow,
  frost,
  fog,
  spatter,
  brightness,
  contrast,
  saturate,
  elastic,
  pixelate,
  jpeg
};
constexpr std::array<std::string_view, 19> enum_names(CorruptionKind) {
  return {"gaussian-noise", "shot-noise",  "impulse-noise", "speckle-noise", "defocus-blur",
          "glass-blur",     "motion-blur", "zoom-blur",     "gaussian-blur", "snow",
          "frost",          "fog",         "spatter",       "brightness",    "contrast",
          "saturate",       "elastic",     "pixelate",      "jpeg"};
}

/// Hendrycks and Dietterich, "Benchmarking neural network robustness to common corruptions and perturbations", 2019,
/// with the strengths they chose for images of 32 x 32; lengths in pixels grow with the image. Severity 1 ... 5. What
/// differs from theirs: docs/attacks.md, "Corruptions".
void corrupt(CorruptionKind kind, int severity, Random& random, Picture& picture);

}  // namespace mlsec::attacks
