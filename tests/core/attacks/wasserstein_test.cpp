#include "attacks/wasserstein.hpp"

#include <doctest/doctest.h>

#include "support/strength.hpp"
#include "tests/core/support/models.hpp"

using namespace mlsec;
using namespace mlsec::test;
using attacks::Status;

namespace {

constexpr int side = 3;
constexpr std::size_t pixels = side * side;

double apart(std::size_t i, std::size_t j) {
  const int down = static_cast<int>(i) / side - static_cast<int>(j) / side;
  const int right = static_cast<int>(i) % side - static_cast<int>(j) % side;
  return std::sqrt(double(down * down + right * right));
}

// The cost of the cheapest plan from one image to another: successive shortest paths from a source through what is
// there and what is wanted to a sink, by Bellman and Ford.
double cost_of_transport(std::span<const float> from, std::span<const float> to) {
  constexpr std::size_t nodes = 2 * pixels + 2, source = 2 * pixels, sink = source + 1;
  std::vector<double> capacity(nodes * nodes, 0), cost(nodes * nodes, 0);
  for (std::size_t i = 0; i < pixels; ++i) {
    capacity[source * nodes + i] = double{from[i]};
    capacity[(pixels + i) * nodes + sink] = double{to[i]};
    for (std::size_t j = 0; j < pixels; ++j) {
      capacity[i * nodes + pixels + j] = infinity;
      cost[i * nodes + pixels + j] = apart(i, j);
      cost[(pixels + j) * nodes + i] = -apart(i, j);
    }
  }
  double total = 0;
  for (;;) {
    std::vector<double> length(nodes, infinity);
    std::vector<std::size_t> before(nodes, nodes);
    length[source] = 0;
    for (std::size_t round = 0; round < nodes; ++round)
      for (std::size_t a = 0; a < nodes; ++a)
        for (std::size_t b = 0; b < nodes; ++b)
          if (capacity[a * nodes + b] > 1e-9 && length[a] + cost[a * nodes + b] < length[b] - 1e-12) {
            length[b] = length[a] + cost[a * nodes + b];
            before[b] = a;
          }
    if (!std::isfinite(length[sink])) return total;
    double amount = infinity;
    for (std::size_t b = sink; b != source; b = before[b]) amount = std::min(amount, capacity[before[b] * nodes + b]);
    for (std::size_t b = sink; b != source; b = before[b]) {
      capacity[before[b] * nodes + b] -= amount;
      capacity[b * nodes + before[b]] += amount;
    }
    total += amount * length[sink];
  }
}

// What a linear function of weights w can gain by moving an image's mass so far: each pixel's mass goes where w less a
// price for the way is largest; at the right price the budget is spent, in part by those who are indifferent there.
double largest_gain(std::span<const float> x, std::span<const double> w, double distance) {
  double budget = 0;
  for (float mass : x) budget += distance * double{mass};
  double low = 0, high = 1e3;  // the dual is convex in the price: its least value is the gain
  const auto dual = [&](double price) {
    double value = price * budget;
    for (std::size_t i = 0; i < pixels; ++i) {
      double best = 0;
      for (std::size_t j = 0; j < pixels; ++j) best = std::max(best, w[j] - w[i] - price * apart(i, j));
      value += double{x[i]} * best;
    }
    return value;
  };
  for (int step = 0; step < 200; ++step) {
    const double a = low + (high - low) / 3, b = high - (high - low) / 3;
    (dual(a) < dual(b) ? high : low) = dual(a) < dual(b) ? b : a;
  }
  return dual(low);
}

// Logits (0, w . x + bias) over images of 3 x 3.
std::shared_ptr<model::Model> linear_image_model(std::span<const double> w, double bias, float upper) {
  nn::Network network(Shape{side, side, 1});
  MLSEC_CHECK(network.add(std::make_unique<nn::Flatten>()).ok());
  MLSEC_CHECK(network.add(std::make_unique<nn::Dense>(nn::Dense::Options{.units = 2, .bias = true})).ok());
  network.initialise(1);
  for (std::size_t i = 0; i < pixels; ++i) {
    network.parameters()[0]->value[i] = 0;
    network.parameters()[0]->value[pixels + i] = static_cast<float>(w[i]);
  }
  network.parameters()[1]->value[0] = 0;
  network.parameters()[1]->value[1] = static_cast<float>(bias);
  network.parameters_changed();
  auto input = model::plain_input(Shape{side, side, 1});
  input.upper = upper;
  return model_of(std::move(network), input);
}

double dot(std::span<const float> x, std::span<const double> w) {
  double sum = 0;
  for (std::size_t i = 0; i < pixels; ++i) sum += double{x[i]} * w[i];
  return sum;
}

}  // namespace

TEST_CASE("the projection of an image of two pixels is that of a number") {
  attacks::Wasserstein::Options options;
  options.distance = 0.2;
  auto input = model::plain_input(Shape{1, 2, 1});
  const attacks::Image image(input);
  const std::vector<float> original{0.6f, 0.2f};
  // In all 0.16 may move by one pixel. The nearest point to x with the same mass is x less its excess, a half each.
  const auto project = [&](std::vector<float> x) {
    attacks::WassersteinBall ball(image, original, threat::Box::uniform(2, 0, 1), 0, 1, options);
    ball.project(x);
    CHECK(double{x[0]} + double{x[1]} == doctest::Approx(0.8).epsilon(1e-4));
    return double{x[1]};
  };
  CHECK(project({0.0f, 0.8f}) == doctest::Approx(0.36).epsilon(0.003));
  CHECK(project({1.0f, 0.0f}) == doctest::Approx(0.04).epsilon(0.1));
  CHECK(project({0.5f, 0.3f}) == doctest::Approx(0.3).epsilon(0.03));
  CHECK(project({0.6f, 0.4f}) == doctest::Approx(0.3).epsilon(0.03));
}

TEST_CASE("on a linear model it gains what the exact transport gains, and no more") {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    Random random(seed, 0, Purpose::test);
    std::vector<double> w(pixels);
    for (double& value : w) value = double{random.normal()};
    Tensor inputs(Shape{1, side, side, 1});
    for (float& value : inputs.values()) value = random.uniform(0, 1);
    const double distance = 0.05 + 0.1 * double(seed);
    const double gain = largest_gain(inputs.values(), w, distance);
    for (double share : {0.97, 1.002}) {
      const double bias = -dot(inputs.values(), w) - share * gain;
      const auto result = attack(linear_image_model(w, bias, 10), inputs,
                                 {{"method", "wasserstein"}, {"distance", distance}, {"stepSize", 0.5}, {"steps", 60}});
      INFO(seed << " " << share);
      CHECK((result.samples[0].status == Status::success) == (share < 1));
    }
  }
}

TEST_CASE("results keep to the mass of the image, to their bounds and, by the cheapest plan, to the distance") {
  const auto model = std::shared_ptr<model::Model>(
      model_of(image_network(Shape{side, side, 1}, 3, 8), model::plain_input(Shape{side, side, 1})));
  const Tensor inputs = random_tensor(Shape{40, side, side, 1}, 6, 0, 1);
  int successes = 0;
  for (double distance : {0.1, 0.4}) {
    const auto result = attack(model, inputs, {{"method", "wasserstein"}, {"distance", distance}});
    for (std::size_t row = 0; row < 40; ++row) {
      const auto x = inputs.values().subspan(pixels * row, pixels);
      const auto moved = result.adversarials.values().subspan(pixels * row, pixels);
      const double mass = std::accumulate(x.begin(), x.end(), 0.0);
      CHECK(std::accumulate(moved.begin(), moved.end(), 0.0) == doctest::Approx(mass).epsilon(1e-3));
      CHECK(cost_of_transport(x, moved) <= distance * mass * 1.002);
      for (float value : moved) CHECK((value >= 0 && value <= 1));
      successes += result.samples[row].status == Status::success;
    }
  }
  CHECK(successes > 10);
}

TEST_CASE("pixels that may not change keep their mass") {
  const auto model = std::shared_ptr<model::Model>(
      model_of(image_network(Shape{side, side, 1}, 3, 8), model::plain_input(Shape{side, side, 1})));
  const Tensor inputs = random_tensor(Shape{20, side, side, 1}, 6, 0, 1);
  ValueList mask;
  for (std::size_t i = 0; i < pixels; ++i) mask.push_back(i % 3 == 0 ? 0 : 1);
  const auto result = attack(model, inputs, {{"method", "wasserstein"}, {"distance", 0.5}, {"mask", mask}});
  for (std::size_t row = 0; row < 20; ++row) {
    const auto x = inputs.values().subspan(pixels * row, pixels);
    const auto moved = result.adversarials.values().subspan(pixels * row, pixels);
    for (std::size_t i = 0; i < pixels; i += 3) CHECK(moved[i] == x[i]);
    const double mass = std::accumulate(x.begin(), x.end(), 0.0);
    CHECK(std::accumulate(moved.begin(), moved.end(), 0.0) == doctest::Approx(mass).epsilon(2e-3));
  }
}
