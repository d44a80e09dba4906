#include "train/gradient_tree.hpp"

namespace mlsec::train {

namespace {

void add_to(GradientTree::Gradient& left, const GradientTree::Gradient& right) {
  for (std::size_t p = 0; p < left.size(); ++p)
    for (std::size_t i = 0; i < left[p].size(); ++i) left[p][i] += right[p][i];
}

}  // namespace

void GradientTree::add(Gradient chunk) {
  for (auto& level : levels_) {
    if (!level) {
      level = std::move(chunk);
      return;
    }
    add_to(*level, chunk);
    chunk = std::move(*level);
    level.reset();
  }
  levels_.push_back(std::move(chunk));
}

GradientTree::Gradient GradientTree::take() {
  std::optional<Gradient> sum;
  for (auto& level : levels_) {
    if (!level) continue;
    if (sum) add_to(*level, *sum);  // earlier chunks stand on higher levels: they are the left operand
    sum = std::move(*level);
  }
  levels_.clear();
  MLSEC_CHECK(sum.has_value());
  return *std::move(sum);
}

}  // namespace mlsec::train
