// The patch and the map that lays it over images.
#include <algorithm>
#include <cmath>

#include "attacks/patch_map.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/models.hpp"
#include "tests/core/support/random_values.hpp"
#include "tests/core/support/run_set_attack.hpp"
#include "tests/core/support/toy_models.hpp"

using namespace mlsec;
using attacks::Image;
using attacks::PatchMap;
using attacks::Placement;

namespace {

model::InputSpecification images(std::int64_t rows, std::int64_t columns, std::int64_t channels,
                                 model::Layout layout = model::Layout::hwc) {
  model::InputSpecification input = model::plain_input(layout == model::Layout::hwc ? Shape{rows, columns, channels}
                                                                                    : Shape{channels, rows, columns});
  input.layout = layout;
  return input;
}

}  // namespace

TEST_CASE("a patch at whole pixels, neither turned nor scaled, is copied") {
  const auto patch = test::random_values(9 * 2, 1, 0, 1);
  for (const auto layout : {model::Layout::hwc, model::Layout::chw}) {
    const auto input = images(7, 8, 2, layout);
    const Image image(input);
    const auto before = test::random_values(7 * 8 * 2, 2, 0, 1);
    auto x = before;
    PatchMap(image, 3, false, {.row = 2, .column = 5}).apply(patch, x);
    for (std::size_t row = 0; row < 7; ++row)
      for (std::size_t column = 0; column < 8; ++column)
        for (std::size_t channel = 0; channel < 2; ++channel) {
          const bool inside = row >= 1 && row <= 3 && column >= 4 && column <= 6;
          const std::size_t at = image.at(row, column, channel);
          CHECK(x[at] == (inside ? patch[((row - 1) * 3 + column - 4) * 2 + channel] : before[at]));
        }
  }
}

TEST_CASE("a quarter turn moves the patch's pixels counter-clockwise, half of one turns it over") {
  const std::vector<float> patch{1, 2, 3, 4, 5, 6, 7, 8, 9};
  const auto input = images(3, 3, 1);
  std::vector<float> x(9);
  PatchMap(Image(input), 3, false, {.row = 1, .column = 1, .scale = 1, .turns = 0.25}).apply(patch, x);
  CHECK(test::largest_error(x, std::vector<float>{3, 6, 9, 2, 5, 8, 1, 4, 7}) < 1e-6);
  PatchMap(Image(input), 3, false, {.row = 1, .column = 1, .scale = 1, .turns = 0.5}).apply(patch, x);
  CHECK(test::largest_error(x, std::vector<float>{9, 8, 7, 6, 5, 4, 3, 2, 1}) < 1e-6);
}

TEST_CASE("scale and form say how many pixels are covered") {
  const auto input = images(40, 40, 1);
  const auto covered = [&](bool round, double scale, double turns) {
    return static_cast<double>(PatchMap(Image(input), 10, round, {20.3, 19.1, scale, turns}).covered());
  };
  CHECK(covered(false, 1, 0) == 100);
  CHECK(covered(false, 2, 0) == 400);
  CHECK(covered(false, 1.5, 0.1) == doctest::Approx(225).epsilon(0.05));
  CHECK(covered(true, 1, 0) == doctest::Approx(std::acos(-1.0) * 25).epsilon(0.08));
  CHECK(covered(true, 2, 0.2) == doctest::Approx(std::acos(-1.0) * 100).epsilon(0.04));
}

TEST_CASE("laying a patch over an image is linear, and pull_back is its adjoint") {
  Random random(3, 0, Purpose::test);
  const auto input = images(12, 9, 3);
  const Image image(input);
  for (int i = 0; i < 40; ++i) {
    const Placement place{random.uniform(-1, 12), random.uniform(-1, 9), random.uniform(0.4f, 2),
                          random.uniform(-1, 1)};
    const PatchMap map(image, 5, i % 2 == 0, place);
    const auto seed = static_cast<std::uint64_t>(i);
    const auto p = test::random_values(75, 10 + seed, -1, 1), q = test::random_values(75, 100 + seed, -1, 1);
    const auto y = test::random_values(image.features(), 1000 + seed, -1, 1);
    std::vector<float> laid(image.features()), other(image.features()), both(image.features()), back(75), sum(75);
    map.apply(p, laid);
    map.apply(q, other);
    for (std::size_t j = 0; j < 75; ++j) sum[j] = 2 * p[j] - q[j];
    map.apply(sum, both);
    for (std::size_t j = 0; j < both.size(); ++j)
      CHECK(both[j] == doctest::Approx(2 * laid[j] - other[j]).epsilon(1e-5));
    map.pull_back(y, back);
    double left = 0, right = 0;
    for (std::size_t j = 0; j < y.size(); ++j) left += double{laid[j]} * double{y[j]};
    for (std::size_t j = 0; j < 75; ++j) right += double{p[j]} * double{back[j]};
    CHECK(left == doctest::Approx(right).epsilon(1e-5));
    CHECK((map.covered() == 0 || std::any_of(back.begin(), back.end(), [](float value) { return value != 0; })));
  }
}

TEST_CASE("the patch fools a linear model as the best one does, and changes nothing outside itself") {
  // Class 1 where the mean of the image is above 0.5: a white patch is the best, whatever its place.
  const auto shape = Shape{8, 8, 1};
  nn::Network network(shape);
  REQUIRE(network.add(std::make_unique<nn::Flatten>()).ok());
  Tensor w = Tensor::filled(Shape{2, 64}, 0), b = Tensor::filled(Shape{2}, 0);
  for (std::size_t i = 0; i < 64; ++i) w[64 + i] = 1;
  b[1] = -32;
  REQUIRE(network.add(std::make_unique<nn::Dense>(std::move(w), std::move(b))).ok());
  const std::shared_ptr<model::NetworkModel> model = test::model_of(std::move(network), model::plain_input(shape));
  const Tensor inputs = test::random_inputs(50, 64, 4, 0.42f, 0.5f);
  for (const char* form : {"square", "round"})
    for (const bool aimed : {false, true}) {
      ValueObject options{{"method", "adversarial-patch"}, {"size", 0.5}, {"form", form}, {"steps", 60}};
      if (aimed) options.push_back({"target", 1});
      const auto found = test::set_attack(model, inputs, options);
      REQUIRE(found.pattern.size() == 16);
      // What no placement reaches, a corner of a disc, keeps its first value.
      for (std::size_t i : {5u, 6u, 9u, 10u, 1u, 4u, 7u, 14u}) CHECK(found.pattern[i] == 1);
      CHECK(found.result.fooled == 50);
    }
}
