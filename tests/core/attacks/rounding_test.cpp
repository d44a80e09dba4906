#include "attacks/rounding.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace mlsec::attacks {
namespace {

// The multiples asked about where those from `enough` on succeed.
std::vector<double> multiples(double enough) {
  RoundingSearch search;
  std::vector<double> asked;
  do asked.push_back(search.multiple());
  while (search.next(asked.back() >= enough));
  return asked;
}

TEST_CASE("rounding is tried once where that succeeds") { CHECK(multiples(1) == std::vector<double>{1}); }

TEST_CASE(
    "the excess of a perturbation doubles until rounding succeeds, and is halved between there and the last failure") {
  CHECK(multiples(1.04) == std::vector<double>{1, 1 + 1 / 64.0, 1 + 1 / 32.0, 1 + 1 / 16.0, 1 + 3 / 64.0, 1 + 5 / 128.0,
                                               1 + 11 / 256.0, 1 + 21 / 512.0});
}

TEST_CASE("a perturbation is stretched to 17 times its size and no farther") {
  const auto asked = multiples(100);
  CHECK(asked.size() == 12);
  CHECK(asked.back() == 17);
}

}  // namespace
}  // namespace mlsec::attacks
