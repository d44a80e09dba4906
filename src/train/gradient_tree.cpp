#include "train/gradient_tree.hpp"

#include <algorithm>
#include <bit>

namespace mlsec::train {

namespace {

std::size_t middle_of(const GradientTree::Range& node) {
  return node.first + std::bit_floor(node.last - node.first - 1);
}

}  // namespace

GradientTree::Range GradientTree::sibling_of(Range range) const {
  for (Range node{0, chunks_};;) {
    MLSEC_CHECK(node.last - node.first > 1);
    const Range left{node.first, middle_of(node)}, right{middle_of(node), node.last};
    if (range == left) return right;
    if (range == right) return left;
    node = range.first < left.last ? left : right;
  }
}

void GradientTree::add(Range range, Gradient sum) {
  while (!(range == Range{0, chunks_})) {
    const Range sibling = sibling_of(range);
    const auto found = partials_.find(sibling.first);
    if (found == partials_.end() || found->second.last != sibling.last) break;
    Gradient other = std::move(found->second.sum);
    partials_.erase(found);
    // Earlier chunks are the left operand.
    const bool is_left = range.first < sibling.first;
    Gradient& left = is_left ? sum : other;
    const Gradient& right = is_left ? other : sum;
    for (std::size_t i = 0; i < left.size(); ++i) left[i] += right[i];
    if (!is_left) sum = std::move(other);
    range = {std::min(range.first, sibling.first), std::max(range.last, sibling.last)};
  }
  partials_.insert_or_assign(range.first, Waiting{range.last, std::move(sum)});
}

std::vector<GradientTree::Partial> GradientTree::take() {
  std::vector<Partial> taken;
  for (auto& [first, waiting] : partials_) taken.push_back({{first, waiting.last}, std::move(waiting.sum)});
  partials_.clear();
  return taken;
}

}  // namespace mlsec::train
