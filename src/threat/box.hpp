// What each feature of one sample may be.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace mlsec::threat {

/// A closed interval for each feature; copies share them.
class Box {
 public:
  Box(std::vector<float> lower, std::vector<float> upper)
      : sides_(std::make_shared<const Sides>(Sides{std::move(lower), std::move(upper)})) {}

  /// The same interval for all features.
  static Box uniform(std::size_t features, float lower, float upper) {
    return {std::vector<float>(features, lower), std::vector<float>(features, upper)};
  }

  std::span<const float> lower() const { return sides_->lower; }
  std::span<const float> upper() const { return sides_->upper; }

  /// Moves each point of `x` (points x features) to the nearest one of the box.
  void clip(std::span<float> x) const;

  bool contains(std::span<const float> x) const;

 private:
  struct Sides {
    std::vector<float> lower, upper;
  };
  std::shared_ptr<const Sides> sides_;
};

}  // namespace mlsec::threat
