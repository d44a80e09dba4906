// How a patch is laid over an image: a linear map of the patch, where it covers the image.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "attacks/image.hpp"

namespace mlsec::attacks {

/// Where the middle of a patch lies, in pixels from the middle of the first one, how large it is, relative to one pixel
/// of the patch a pixel of the image, and how far it is turned, counter-clockwise.
struct Placement {
  double row = 0, column = 0;
  double scale = 1;
  double turns = 0;
};

/// A patch has `side` x `side` pixels, rows x columns x channels, and covers its square or the circle in it. Pixels of
/// the image whose middle is covered get the patch's value there, bilinear between the middles of the patch's pixels;
/// all others keep their own.
class PatchMap {
 public:
  PatchMap(const Image& image, std::size_t side, bool round, const Placement& placement);

  /// Lays the patch over x.
  void apply(std::span<const float> patch, std::span<float> x) const;

  /// The adjoint: patch_gradient += A' gradient, where apply is A patch on what is covered.
  void pull_back(std::span<const float> gradient, std::span<float> patch_gradient) const;

  std::size_t covered() const { return taps_.size(); }

 private:
  /// A covered pixel and the four of the patch that it is made of.
  struct Tap {
    std::size_t feature;  // of the image's first channel there
    std::array<std::size_t, 4> pixel;
    std::array<double, 4> share;
  };

  std::size_t channels_, channel_stride_;
  std::vector<Tap> taps_;
};

}  // namespace mlsec::attacks
