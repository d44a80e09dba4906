// Random changes of training inputs, a function of (seed, sample, epoch) alone.
#pragma once

#include <cstdint>
#include <span>

#include "base/random.hpp"
#include "tensor/dataset.hpp"
#include "train/train_options.hpp"

namespace mlsec::train {

/// Which sample in which epoch: keys the random numbers.
struct AugmentationKey {
  std::uint64_t seed = 0;
  std::uint32_t sample = 0, epoch = 0;
};

class Augmentation {
 public:
  /// `sample` is height x width x channels, or a vector, to which only noise and mixup apply; its values stay within
  /// `bounds`.
  static Result<Augmentation> make(const AugmentationOptions& options, const Shape& sample, Bounds bounds);

  bool active() const { return active_; }

  /// Changes one sample in place: crop, shift, flip, noise, cutout, in this order.
  void apply(const AugmentationKey& key, std::span<float> image);

  /// Mixes an augmented sample with another of the data set (augmented likewise) and its target with the other's (Zhang
  /// et al., 2018, equation 1).
  void mix(const AugmentationKey& key, const Dataset& dataset, std::span<const std::uint32_t> partners,
           std::span<float> image, std::span<float> target);

 private:
  Augmentation(const AugmentationOptions& options, const Shape& sample, Bounds bounds);

  void crop(Random& random, std::span<float> image);
  void shift(Random& random, std::span<float> image);
  void flip(std::span<float> image) const;
  void cutout(Random& random, std::span<float> image) const;

  AugmentationOptions options_;
  Bounds bounds_;
  bool active_;
  std::size_t height_ = 0, width_ = 0, channels_ = 0;
  std::vector<float> scratch_, partner_, partner_target_;
};

}  // namespace mlsec::train
