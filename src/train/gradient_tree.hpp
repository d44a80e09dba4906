// Sums of gradients in a fixed order.
#pragma once

#include <map>
#include <vector>

#include "tensor/tensor.hpp"

namespace mlsec::train {

/// Adds the gradients of the chunks of a batch pairwise, as a balanced tree over their order: the same bits whichever
/// worker computed which chunk, and in which order results came in.
///
/// A node of the tree over n chunks is a range of them. The left half of a node has the largest power of two of chunks
/// that is less than its own number.
class GradientTree {
 public:
  using Gradient = Tensor;  // of all parameters, one after another

  struct Range {
    std::size_t first = 0, last = 0;  // chunks first ... last - 1
    friend bool operator==(const Range&, const Range&) = default;
  };

  explicit GradientTree(std::size_t chunks) : chunks_(chunks) {}

  /// The sum of a range that is a node of the tree: a chunk of this worker's, or a partial sum of another's. It is
  /// added to its sibling as soon as both are there.
  void add(Range range, Gradient sum);

  /// Whether all chunks have come.
  bool complete() const {
    return partials_.size() == 1 && partials_.begin()->first == 0 && partials_.begin()->second.last == chunks_;
  }

  /// The sums so far that wait for siblings, in the order of their chunks; afterwards the tree is empty.
  struct Partial {
    Range range;
    Gradient sum;
  };
  std::vector<Partial> take();

 private:
  struct Waiting {
    std::size_t last;
    Gradient sum;
  };
  Range sibling_of(Range range) const;

  std::size_t chunks_;
  std::map<std::size_t, Waiting> partials_;  // by their first chunk
};

}  // namespace mlsec::train
