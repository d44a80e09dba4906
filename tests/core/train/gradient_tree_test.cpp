#include "train/gradient_tree.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>

#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"
#include "train/exchange.hpp"

namespace mlsec {
namespace {

using train::GradientTree;

/// Entries of very different sizes, so that every order of adding them gives other bytes.
Tensor chunk(std::size_t index) {
  Tensor gradient(Shape{6});
  Random random(1, index, Purpose::test);
  for (float& value : gradient.values()) value = std::ldexp(random.uniform(-1, 1), static_cast<int>(random.below(24)));
  return gradient;
}

void add(Tensor& sum, const Tensor& other) {
  for (std::size_t i = 0; i < sum.size(); ++i) sum[i] += other[i];
}

/// The sum of chunks first ... last - 1: the left half has the largest power of two that is less than their number.
Tensor balanced_sum(std::size_t first, std::size_t last) {
  if (last - first == 1) return chunk(first);
  std::size_t left = 1;
  while (left * 2 < last - first) left *= 2;
  Tensor sum = balanced_sum(first, first + left);
  add(sum, balanced_sum(first + left, last));
  return sum;
}

void add_chunks(GradientTree& tree, GradientTree::Range range) {
  for (std::size_t i = range.first; i < range.last; ++i) tree.add({i, i + 1}, chunk(i));
}

}  // namespace

TEST_CASE("chunks are added as a balanced tree over their order") {
  for (std::size_t count = 1; count <= 40; ++count) {
    CAPTURE(count);
    GradientTree tree(count);
    add_chunks(tree, {0, count});
    CHECK(tree.complete());
    const auto sums = tree.take();
    REQUIRE(sums.size() == 1);
    CHECK(sums[0].range == GradientTree::Range{0, count});
    CHECK(test::same_bytes(sums[0].sum.values(), balanced_sum(0, count).values()));
  }
}

TEST_CASE("the order of additions matters here, or the tests would show nothing") {
  Tensor in_turn = chunk(0);
  for (std::size_t i = 1; i < 16; ++i) add(in_turn, chunk(i));
  CHECK(!test::same_bytes(in_turn.values(), balanced_sum(0, 16).values()));
}

TEST_CASE("a tree is empty after its sum was taken") {
  GradientTree tree(3);
  for (int round = 0; round < 2; ++round) {
    CHECK(!tree.complete());
    add_chunks(tree, {0, 3});
    CHECK(tree.complete());
    CHECK(test::same_bytes(tree.take()[0].sum.values(), balanced_sum(0, 3).values()));
    CHECK(tree.take().empty());
  }
}

TEST_CASE("workers that share the chunks get the same sum, in whatever order they hear of each other") {
  for (std::size_t count = 1; count <= 40; ++count)
    for (std::size_t workers = 1; workers <= 5; ++workers) {
      CAPTURE(count);
      CAPTURE(workers);
      const Tensor expected = balanced_sum(0, count);
      std::vector<GradientTree::Partial> partials;
      std::size_t shared = 0;
      for (std::size_t rank = 0; rank < workers; ++rank) {
        GradientTree tree(count);
        const auto own = train::Shard{rank, workers}.of(count);
        CHECK(own.first == shared);
        shared = own.last;
        add_chunks(tree, own);
        for (auto& partial : tree.take()) partials.push_back(std::move(partial));
      }
      CHECK(shared == count);
      std::vector<std::uint32_t> order(partials.size());
      std::iota(order.begin(), order.end(), 0u);
      for (std::uint64_t seed = 0; seed < 4; ++seed) {
        Random(seed, count, Purpose::test).shuffle(order);
        GradientTree tree(count);
        for (std::uint32_t i : order) {
          CHECK(!tree.complete());
          tree.add(partials[i].range, partials[i].sum.copy());
        }
        REQUIRE(tree.complete());
        CHECK(test::same_bytes(tree.take()[0].sum.values(), expected.values()));
      }
    }
}

TEST_CASE("a worker sends few sums, however many chunks were its own") {
  for (std::size_t count = 1; count <= 200; ++count)
    for (std::size_t rank = 0; rank < 3; ++rank) {
      GradientTree tree(count);
      const auto own = train::Shard{rank, 3}.of(count);
      for (std::size_t i = own.first; i < own.last; ++i) tree.add({i, i + 1}, Tensor(Shape{0}));
      CHECK(tree.take().size() <= 2 * static_cast<std::size_t>(std::bit_width(count)));
    }
}

}  // namespace mlsec
