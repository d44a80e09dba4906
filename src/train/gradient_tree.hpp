// Sums of gradients in a fixed order.
#pragma once

#include <optional>
#include <vector>

#include "tensor/tensor.hpp"

namespace mlsec::train {

/// Adds the gradients of equal chunks of a batch pairwise, as a balanced tree over their order: the same bits
/// whichever worker computed which chunk.
class GradientTree {
 public:
  using Gradient = std::vector<Tensor>;

  /// Chunks come in their order.
  void add(Gradient chunk);

  /// The sum; the tree is empty afterwards. At least one chunk must have come.
  Gradient take();

 private:
  std::vector<std::optional<Gradient>> levels_;  // entry n: the sum of 2^n chunks that waits for its sibling
};

}  // namespace mlsec::train
