#include "train/gradient_tree.hpp"

#include <doctest/doctest.h>

#include <cmath>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using train::GradientTree;

/// Entries of very different sizes, so that every order of adding them gives other bytes.
GradientTree::Gradient chunk(std::size_t index) {
  GradientTree::Gradient gradient;
  for (std::int64_t size : {5, 1}) {
    Tensor tensor(Shape{size});
    Random random(1, index, Purpose::test, static_cast<std::uint32_t>(size));
    for (float& value : tensor.values()) value = std::ldexp(random.uniform(-1, 1), static_cast<int>(random.below(24)));
    gradient.push_back(std::move(tensor));
  }
  return gradient;
}

/// The sum of chunks first ... last - 1: the left half has the largest power of two that is less than their number.
GradientTree::Gradient balanced_sum(std::size_t first, std::size_t last) {
  if (last - first == 1) return chunk(first);
  std::size_t left = 1;
  while (left * 2 < last - first) left *= 2;
  GradientTree::Gradient sum = balanced_sum(first, first + left);
  const GradientTree::Gradient right = balanced_sum(first + left, last);
  for (std::size_t p = 0; p < sum.size(); ++p)
    for (std::size_t i = 0; i < sum[p].size(); ++i) sum[p][i] += right[p][i];
  return sum;
}

GradientTree::Gradient tree_sum(GradientTree& tree, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) tree.add(chunk(i));
  return tree.take();
}

}  // namespace

TEST_CASE("chunks are added as a balanced tree over their order") {
  for (std::size_t count = 1; count <= 40; ++count) {
    CAPTURE(count);
    GradientTree tree;
    const auto sum = tree_sum(tree, count), expected = balanced_sum(0, count);
    REQUIRE(sum.size() == 2);
    for (std::size_t p = 0; p < 2; ++p) CHECK(test::same_bytes(sum[p].values(), expected[p].values()));
  }
}

TEST_CASE("the order of additions matters here, or the tests would show nothing") {
  GradientTree::Gradient in_turn = chunk(0);
  for (std::size_t i = 1; i < 16; ++i) {
    const auto next = chunk(i);
    for (std::size_t j = 0; j < 5; ++j) in_turn[0][j] += next[0][j];
  }
  CHECK(!test::same_bytes(in_turn[0].values(), balanced_sum(0, 16)[0].values()));
}

TEST_CASE("a tree is empty after its sum was taken") {
  GradientTree tree;
  tree_sum(tree, 7);
  const auto again = tree_sum(tree, 3), expected = balanced_sum(0, 3);
  CHECK(test::same_bytes(again[0].values(), expected[0].values()));
}

}  // namespace mlsec
