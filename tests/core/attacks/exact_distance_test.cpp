#include "support/exact_distance.hpp"

#include <doctest/doctest.h>

#include "support/toy_models.hpp"
#include "tests/core/support/models.hpp"

namespace mlsec::test {

TEST_CASE("the exact distance of a small network agrees with a fine grid") {
  const auto model = random_network(2, 5, 3, 3);
  const ExactDistance exact(*model);
  const Tensor inputs = random_inputs(6, 2, 4);
  constexpr int cells = 200;
  std::vector<float> grid;
  for (int i = 0; i <= cells; ++i)
    for (int j = 0; j <= cells; ++j) {
      grid.push_back(static_cast<float>(i) / cells);
      grid.push_back(static_cast<float>(j) / cells);
    }
  const std::size_t points = grid.size() / 2;
  const auto logits = logits_of(*model, points, grid);
  const auto label_of = [&](const float* row) {
    return static_cast<std::size_t>(std::max_element(row, row + 3) - row);
  };
  for (std::size_t row = 0; row < 6; ++row) {
    const auto x = inputs.values().subspan(2 * row, 2);
    const std::size_t label = label_of(logits_of(*model, 1, x).data());
    for (threat::Norm norm : {threat::Norm::l1, threat::Norm::l2, threat::Norm::linf}) {
      double nearest = infinity;
      for (std::size_t i = 0; i < points; ++i)
        if (label_of(logits.data() + 3 * i) != label)
          nearest = std::min(nearest, threat::distances(x, std::span(grid).subspan(2 * i, 2)).in(norm));
      const double found = exact(x, label, norm);
      CHECK(found <= nearest * (1 + 1e-6));
      CHECK(found >= nearest - 2.0 / cells);
    }
    double fewest = infinity;
    for (std::size_t feature = 0; feature < 2; ++feature)
      for (int i = 0; i <= 1000; ++i) {
        std::vector<float> y(x.begin(), x.end());
        y[feature] = static_cast<float>(i) / 1000;
        if (label_of(logits_of(*model, 1, y).data()) != label) fewest = 1;
      }
    CHECK((exact(x, label, threat::Norm::l0) == 1) == (fewest == 1));
  }
}

}  // namespace mlsec::test
