// What other programs write, against plain loops in the order of the file.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "tests/core/formats/graphs.hpp"

namespace mlsec::formats {
namespace {

using namespace test;
using nn::Constant;
using nn::GraphDescription;
using nn::NodeDescription;
using Values = std::vector<double>;
using Constants = std::map<std::string, Constant, std::less<>>;

/// A value of one sample in the order of the file.
struct Grid {
  std::vector<std::size_t> extents;
  Values values;

  double at(std::size_t a) const { return values[a]; }
  double at(std::size_t a, std::size_t b) const { return values[a * extents[1] + b]; }
  double at(std::size_t a, std::size_t b, std::size_t c) const { return values[(a * extents[1] + b) * extents[2] + c]; }
};

/// From x through the nodes to "r", which is flattened.
GraphDescription graph_of(const std::vector<std::size_t>& extents, std::vector<NodeDescription> nodes,
                          Constants constants, std::int64_t operators = 0) {
  GraphDescription graph;
  Integers with_batch{-1};
  with_batch.insert(with_batch.end(), extents.begin(), extents.end());
  graph.inputs = {{"x", with_batch}};
  graph.outputs = {{"y", {-1, -1}}};
  graph.nodes = std::move(nodes);
  graph.nodes.push_back(node("Flatten", {"r"}, "y"));
  graph.constants = std::move(constants);
  graph.operators = operators;
  return graph;
}

Grid inputs(const std::vector<std::size_t>& extents) {
  std::size_t count = 1;
  for (std::size_t extent : extents) count *= extent;
  Grid grid{extents, {}};
  for (float value : random_values(count, 7)) grid.values.push_back(static_cast<double>(value));
  return grid;
}

/// Two samples give what one alone does.
void check(const GraphDescription& graph, const Grid& x, const Values& expected, double tolerance = 2e-6) {
  const auto model = loaded(graph);
  std::vector<float> both(x.values.begin(), x.values.end());
  for (double value : x.values) both.push_back(static_cast<float>(-value));
  const auto outputs = logits_of(*model, 2, both);
  REQUIRE(outputs.size() == 2 * expected.size());
  CHECK(largest_error(std::vector<float>(outputs.begin(), outputs.begin() + std::ssize(expected)), expected) <=
        tolerance);
}

/// check for a graph given by its parts; `expected` makes the output of one sample.
template <class Expected>
void check(const std::vector<std::size_t>& extents, std::vector<NodeDescription> nodes, Constants constants,
           Expected expected, double tolerance = 2e-6) {
  const Grid x = inputs(extents);
  Values values;
  expected(x, values);
  check(graph_of(extents, std::move(nodes), std::move(constants)), x, values, tolerance);
}

template <class Visit>
void for_each(std::size_t a, std::size_t b, std::size_t c, Visit visit) {
  for (std::size_t i = 0; i < a; ++i)
    for (std::size_t j = 0; j < b; ++j)
      for (std::size_t k = 0; k < c; ++k) visit(i, j, k);
}

Constant single(std::int64_t value) { return {Shape{}, {}, {value}}; }
double d(float value) { return static_cast<double>(value); }

}  // namespace

TEST_CASE("constant operands: numbers, channels and whole samples, on either side") {
  const Constant channels = floats({1, 3, 1, 1}, {0.5f, -1, 2}), factors = floats({3, 1, 1}, {2, 4, -0.5f});
  check({3, 2, 4}, {node("Sub", {"x", "mean"}, "s"), node("Div", {"s", "deviation"}, "r")},
        {{"mean", channels}, {"deviation", factors}}, [&](const Grid& x, Values& y) {
          for_each(3, 2, 4, [&](auto c, auto h, auto w) {
            y.push_back((x.at(c, h, w) - d(channels.floats[c])) / d(factors.floats[c]));
          });
        });
  check({3, 2, 4}, {node("Mul", {"scale", "x"}, "m"), node("Sub", {"channels", "m"}, "r")},
        {{"scale", floats({}, {3})}, {"channels", channels}}, [&](const Grid& x, Values& y) {
          for_each(3, 2, 4, [&](auto c, auto h, auto w) { y.push_back(d(channels.floats[c]) - 3 * x.at(c, h, w)); });
        });
  const Constant by_column = floats({4}, {1, 2, 3, 4}), whole = floats({1, 3, 2, 4}, random_values(24, 3));
  check({3, 2, 4}, {node("Add", {"x", "columns"}, "a"), node("Mul", {"a", "whole"}, "r")},
        {{"columns", by_column}, {"whole", whole}}, [&](const Grid& x, Values& y) {
          for_each(3, 2, 4, [&](auto c, auto h, auto w) {
            y.push_back((x.at(c, h, w) + d(by_column.floats[w])) * d(whole.floats[y.size()]));
          });
        });
  const Constant flat = floats({24}, random_values(24, 4));
  check({3, 2, 4}, {node("Flatten", {"x"}, "f"), node("Add", {"flat", "f"}, "r")}, {{"flat", flat}},
        [&](const Grid& x, Values& y) {
          for (std::size_t i = 0; i < 24; ++i) y.push_back(x.at(i) + d(flat.floats[i]));
        });
}

TEST_CASE("chains that only move axes compute nothing else") {
  // Channels last, a new axis, another order, and everything back.
  check({3, 2, 4},
        {node("Transpose", {"x"}, "t", {{"perm", Integers{0, 2, 3, 1}}}), node("Unsqueeze", {"t", "two"}, "u"),
         node("Relu", {"u"}, "v"), node("Squeeze", {"v", "two"}, "s"),
         node("Transpose", {"s"}, "r", {{"perm", Integers{0, 3, 1, 2}}})},
        {{"two", integers({2})}}, [](const Grid& x, Values& y) {
          for (double value : x.values) y.push_back(std::max(value, 0.0));
        });
  check({3, 2, 4},
        {node("Reshape", {"x", "shape"}, "a"), node("Transpose", {"a"}, "t", {{"perm", Integers{0, 2, 1}}}),
         node("Reshape", {"t", "again"}, "r")},
        {{"shape", integers({0, 0, -1})}, {"again", integers({-1, 4, 6})}}, [](const Grid& x, Values& y) {
          for (std::size_t place = 0; place < 8; ++place)
            for (std::size_t c = 0; c < 3; ++c) y.push_back(x.at(c * 8 + place));
        });
  // Attributes of older versions; a convolution over what was a line.
  const Constant kernel = floats({2, 1, 3}, random_values(6, 5));
  check({6},
        {node("Unsqueeze", {"x"}, "u", {{"axes", Integers{1}}}),
         node("Conv", {"u", "k"}, "r", {{"pads", Integers{1, 0}}})},
        {{"k", kernel}}, [&](const Grid& x, Values& y) {
          for (std::size_t f = 0; f < 2; ++f)
            for (std::size_t i = 0; i < 5; ++i) {
              double sum = 0;
              for (std::size_t t = 0; t < 3; ++t)
                if (i + t >= 1) sum += d(kernel.floats[f * 3 + t]) * x.at(i + t - 1);
              y.push_back(sum);
            }
        });
}

TEST_CASE("matrices are multiplied with constants on either side, and with each other") {
  const Constant w = floats({4, 5}, random_values(20, 1)), left = floats({2, 3}, random_values(6, 2)),
                 bias = floats({5}, random_values(5, 3));
  check({3, 4}, {node("MatMul", {"x", "w"}, "p"), node("Add", {"p", "b"}, "r")}, {{"w", w}, {"b", bias}},
        [&](const Grid& x, Values& y) {
          for_each(3, 5, 1, [&](auto row, auto column, auto) {
            double sum = d(bias.floats[column]);
            for (std::size_t k = 0; k < 4; ++k) sum += x.at(row, k) * d(w.floats[k * 5 + column]);
            y.push_back(sum);
          });
        });
  check({3, 4}, {node("MatMul", {"l", "x"}, "r")}, {{"l", left}}, [&](const Grid& x, Values& y) {
    for_each(2, 4, 1, [&](auto row, auto column, auto) {
      double sum = 0;
      for (std::size_t k = 0; k < 3; ++k) sum += d(left.floats[row * 3 + k]) * x.at(k, column);
      y.push_back(sum);
    });
  });
  check({2, 3, 4}, {node("MatMul", {"x", "w"}, "r")}, {{"w", w}}, [&](const Grid& x, Values& y) {
    for_each(2, 3, 5, [&](auto a, auto b, auto column) {
      double sum = 0;
      for (std::size_t k = 0; k < 4; ++k) sum += x.at(a, b, k) * d(w.floats[k * 5 + column]);
      y.push_back(sum);
    });
  });
  // Attention: the shares of x x^T, times x.
  check({3, 4},
        {node("Transpose", {"x"}, "t", {{"perm", Integers{0, 2, 1}}}), node("MatMul", {"x", "t"}, "scores"),
         node("Softmax", {"scores"}, "shares"), node("MatMul", {"shares", "x"}, "r")},
        {}, [](const Grid& x, Values& y) {
          for (std::size_t row = 0; row < 3; ++row) {
            Values shares(3);
            double total = 0;
            for (std::size_t other = 0; other < 3; ++other) {
              for (std::size_t k = 0; k < 4; ++k) shares[other] += x.at(row, k) * x.at(other, k);
              total += shares[other] = std::exp(shares[other]);
            }
            for (std::size_t k = 0; k < 4; ++k) {
              double sum = 0;
              for (std::size_t other = 0; other < 3; ++other) sum += shares[other] / total * x.at(other, k);
              y.push_back(sum);
            }
          }
        });
}

namespace {

/// Values with mean 0 and variance 1 over those of a group.
template <class Group>
Values normalised(const Grid& x, Group group, double epsilon) {
  Values y;
  for (std::size_t i = 0; i < x.values.size(); ++i) {
    double sum = 0, squares = 0, count = 0;
    for (std::size_t j = 0; j < x.values.size(); ++j)
      if (group(i) == group(j)) {
        sum += x.at(j);
        squares += x.at(j) * x.at(j);
        ++count;
      }
    const double mean = sum / count;
    y.push_back((x.at(i) - mean) / std::sqrt(squares / count - mean * mean + epsilon));
  }
  return y;
}

}  // namespace

TEST_CASE("normalisations within a sample") {
  const std::vector<std::size_t> image{4, 3, 2};
  const Grid x = inputs(image);
  const Constant two = floats({2}, {0.5f, 2}), four = floats({4}, {1, -1, 2, 0.5f}),
                 six = floats({3, 2}, random_values(6, 9)), offsets = floats({4}, {1, 2, 3, 4});
  const auto scaled = [&](Values y, const auto& factor, const auto& offset) {
    for (std::size_t i = 0; i < y.size(); ++i) y[i] = y[i] * factor(i) + offset(i);
    return y;
  };
  const auto no_offset = [](std::size_t) { return 0.0; };
  const std::map<std::string, nn::Attribute, std::less<>> epsilon{{"epsilon", 0.25f}};
  check(graph_of(image, {node("LayerNormalization", {"x", "s"}, "r", epsilon)}, {{"s", two}}), x,
        scaled(
            normalised(
                x, [](std::size_t i) { return i / 2; }, 0.25),
            [&](std::size_t i) { return d(two.floats[i % 2]); }, no_offset));
  auto from_second = epsilon;
  from_second["axis"] = std::int64_t{2};
  check(graph_of(image, {node("LayerNormalization", {"x", "s"}, "r", from_second)}, {{"s", six}}), x,
        scaled(
            normalised(
                x, [](std::size_t i) { return i / 6; }, 0.25),
            [&](std::size_t i) { return d(six.floats[i % 6]); }, no_offset));
  const auto by_channel = [](const Constant& constant) {
    return [&constant](std::size_t i) { return d(constant.floats[i / 6]); };
  };
  check(graph_of(image, {node("InstanceNormalization", {"x", "s", "o"}, "r", epsilon)}, {{"s", four}, {"o", offsets}}),
        x, scaled(normalised(x, [](std::size_t i) { return i / 6; }, 0.25), by_channel(four), by_channel(offsets)));
  auto in_groups = epsilon;
  in_groups["num_groups"] = std::int64_t{2};
  const auto groups = normalised(x, [](std::size_t i) { return i / 12; }, 0.25);
  check(
      graph_of(image, {node("GroupNormalization", {"x", "s", "o"}, "r", in_groups)}, {{"s", four}, {"o", offsets}}, 21),
      x, scaled(groups, by_channel(four), by_channel(offsets)));
  check(graph_of(image, {node("GroupNormalization", {"x", "s", "o"}, "r", in_groups)}, {{"s", two}, {"o", two}}, 18), x,
        scaled(
            groups, [&](std::size_t i) { return d(two.floats[i / 12]); },
            [&](std::size_t i) { return d(two.floats[i / 12]); }));
}

TEST_CASE("slopes by channel, and shares over channels") {
  const Constant slopes = floats({3, 1, 1}, {0.5f, -1, 0});
  check({3, 2, 4}, {node("PRelu", {"x", "s"}, "r")}, {{"s", slopes}}, [&](const Grid& x, Values& y) {
    for_each(3, 2, 4, [&](auto c, auto h, auto w) {
      y.push_back(x.at(c, h, w) > 0 ? x.at(c, h, w) : d(slopes.floats[c]) * x.at(c, h, w));
    });
  });
  check({5}, {node("PRelu", {"x", "s"}, "r")}, {{"s", floats({1}, {0.25f})}}, [](const Grid& x, Values& y) {
    for (double value : x.values) y.push_back(value > 0 ? value : value / 4);
  });
  for (const std::int64_t axis : {1, -1, 2})
    for (const bool logarithm : {false, true})
      check({3, 2, 4}, {node(logarithm ? "LogSoftmax" : "Softmax", {"x"}, "r", {{"axis", axis}})}, {},
            [=](const Grid& x, Values& y) {
              for_each(3, 2, 4, [&](std::size_t c, std::size_t h, std::size_t w) {
                double total = 0;
                for (std::size_t k = 0; k < (axis == 1 ? 3u : axis == 2 ? 2u : 4u); ++k)
                  total += std::exp(axis == 1 ? x.at(k, h, w) : axis == 2 ? x.at(c, k, w) : x.at(c, h, k));
                const double share = std::exp(x.at(c, h, w)) / total;
                y.push_back(logarithm ? std::log(share) : share);
              });
            });
}

TEST_CASE("means, sums and largest values over axes, in both forms and beside broadcasting") {
  for (const bool as_input : {false, true})
    for (const std::int64_t keeps : {0, 1}) {
      std::map<std::string, nn::Attribute, std::less<>> attributes{{"keepdims", keeps}};
      std::vector<std::string> from{"x"};
      if (as_input)
        from.emplace_back("axes");
      else
        attributes["axes"] = Integers{2, -1};
      check({3, 2, 4}, {node("ReduceMean", from, "r", attributes)}, {{"axes", integers({-1, 2})}},
            [](const Grid& x, Values& y) {
              for (std::size_t c = 0; c < 3; ++c) {
                double sum = 0;
                for (std::size_t i = 0; i < 8; ++i) sum += x.at(c * 8 + i);
                y.push_back(sum / 8);
              }
            });
    }
  check({3, 2, 4}, {node("ReduceMax", {"x"}, "r", {{"axes", Integers{1}}, {"keepdims", std::int64_t{0}}})}, {},
        [](const Grid& x, Values& y) {
          for_each(1, 2, 4,
                   [&](auto, auto h, auto w) { y.push_back(std::max({x.at(0, h, w), x.at(1, h, w), x.at(2, h, w)})); });
        });
  // x minus its mean over the columns.
  check({3, 2, 4}, {node("ReduceMean", {"x"}, "m", {{"axes", Integers{3}}}), node("Sub", {"x", "m"}, "r")}, {},
        [](const Grid& x, Values& y) {
          for_each(3, 2, 4, [&](auto c, auto h, auto w) {
            y.push_back(x.at(c, h, w) - (x.at(c, h, 0) + x.at(c, h, 1) + x.at(c, h, 2) + x.at(c, h, 3)) / 4);
          });
        });
}

TEST_CASE("pools over whole images and over lines") {
  for (const std::size_t rank : {std::size_t{2}, std::size_t{3}}) {
    const std::vector<std::size_t> extents =
        rank == 3 ? std::vector<std::size_t>{3, 2, 4} : std::vector<std::size_t>{3, 8};
    check(extents, {node("GlobalMaxPool", {"x"}, "r")}, {}, [](const Grid& x, Values& y) {
      for (std::size_t c = 0; c < 3; ++c)
        y.push_back(
            *std::max_element(x.values.begin() + std::ptrdiff_t(c) * 8, x.values.begin() + std::ptrdiff_t(c) * 8 + 8));
    });
    check(extents, {node("GlobalAveragePool", {"x"}, "r")}, {}, [](const Grid& x, Values& y) {
      for (std::size_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (std::size_t i = 0; i < 8; ++i) sum += x.at(c * 8 + i) / 8;
        y.push_back(sum);
      }
    });
  }
  // Windows of 3, two apart, over 8 places: the odd zero before, or behind.
  for (const std::string side : {"SAME_LOWER", "SAME_UPPER"})
    check({2, 8},
          {node("MaxPool", {"x"}, "r", {{"kernel_shape", Integers{3}}, {"strides", Integers{2}}, {"auto_pad", side}})},
          {}, [&](const Grid& x, Values& y) {
            for (std::size_t c = 0; c < 2; ++c)
              for (std::size_t i = 0; i < 4; ++i) {
                double largest = -1e9;
                for (std::size_t t = 0; t < 3; ++t) {
                  const std::size_t place = 2 * i + t - (side == "SAME_LOWER");
                  if (place < 8) largest = std::max(largest, x.at(c, place));
                }
                y.push_back(largest);
              }
          });
  check({2, 7},
        {node("AveragePool", {"x"}, "r",
              {{"kernel_shape", Integers{2}}, {"strides", Integers{2}}, {"ceil_mode", std::int64_t{1}}})},
        {}, [](const Grid& x, Values& y) {
          for (std::size_t c = 0; c < 2; ++c)
            for (std::size_t i = 0; i < 4; ++i)
              y.push_back(i < 3 ? (x.at(c, 2 * i) + x.at(c, 2 * i + 1)) / 2 : x.at(c, 6));
        });
  check({2, 7}, {node("MaxPool", {"x"}, "r", {{"kernel_shape", Integers{2}}, {"dilations", Integers{3}}})}, {},
        [](const Grid& x, Values& y) {
          for (std::size_t c = 0; c < 2; ++c)
            for (std::size_t i = 0; i < 4; ++i) y.push_back(std::max(x.at(c, i), x.at(c, i + 3)));
        });
}

TEST_CASE("channels weighted by what their means say") {
  const Constant k = floats({3, 3, 1, 1}, random_values(9, 1));
  check({3, 2, 4},
        {node("GlobalAveragePool", {"x"}, "p"), node("Conv", {"p", "k"}, "c"), node("Sigmoid", {"c"}, "g"),
         node("Mul", {"x", "g"}, "r")},
        {{"k", k}}, [&](const Grid& x, Values& y) {
          Values means(3);
          for_each(3, 2, 4, [&](auto c, auto h, auto w) { means[c] += x.at(c, h, w) / 8; });
          for_each(3, 2, 4, [&](auto c, auto h, auto w) {
            double sum = 0;
            for (std::size_t i = 0; i < 3; ++i) sum += d(k.floats[c * 3 + i]) * means[i];
            y.push_back(x.at(c, h, w) / (1 + std::exp(-sum)));
          });
        });
}

TEST_CASE("borders, in both forms") {
  const auto padded = [](const Grid& x, Values& y) {
    for_each(3, 3, 6, [&](auto c, auto h, auto w) { y.push_back(h >= 1 && w >= 2 ? x.at(c, h - 1, w - 2) : 0.5); });
  };
  check({3, 2, 4}, {node("Pad", {"x"}, "r", {{"pads", Integers{0, 0, 1, 2, 0, 0, 0, 0}}, {"value", 0.5f}})}, {},
        padded);
  check({3, 2, 4}, {node("Pad", {"x", "p", "v", "a"}, "r")},
        {{"p", integers({2, 1, 0, 0})}, {"v", floats({}, {0.5f})}, {"a", integers({-1, 2})}}, padded);
  check({3, 4}, {node("Pad", {"x", "p"}, "r", {{"mode", "reflect"}})}, {{"p", integers({0, 1, 0, 0, 0, 2})}},
        [](const Grid& x, Values& y) {
          const std::size_t rows[] = {1, 0, 1, 2}, columns[] = {0, 1, 2, 3, 2, 1};
          for (std::size_t row : rows)
            for (std::size_t column : columns) y.push_back(x.at(row, column));
        });
}

TEST_CASE("images are resized as the file says") {
  const auto nearest = [](std::size_t factor_h, std::size_t factor_w) {
    return [=](const Grid& x, Values& y) {
      for_each(2, 3 * factor_h, 4 * factor_w,
               [&](auto c, auto h, auto w) { y.push_back(x.at(c, h / factor_h, w / factor_w)); });
    };
  };
  const Constants twice{{"s", floats({4}, {1, 1, 2, 3})}};
  check({2, 3, 4},
        {node("Resize", {"x", "", "s"}, "r",
              {{"coordinate_transformation_mode", "asymmetric"}, {"nearest_mode", "floor"}})},
        twice, nearest(2, 3));
  check({2, 3, 4}, {node("Resize", {"x", "", "s"}, "r")}, twice, nearest(2, 3));
  check({2, 3, 4}, {node("Resize", {"x", "s"}, "r")}, twice, nearest(2, 3));
  check({2, 3, 4}, {node("Upsample", {"x", "s"}, "r")}, twice, nearest(2, 3));
  check({2, 3, 4}, {node("Upsample", {"x"}, "r", {{"scales", std::vector<float>{1, 1, 2, 1}}})}, {}, nearest(2, 1));
  CHECK(loaded(graph_of({2, 3, 4}, {node("Upsample", {"x", "s"}, "r")}, twice))->network().nodes()[0].operation->id() ==
        "resize");
  // 4 columns become 7, corners on corners: 0, 0.5, 1 ... 3, halves upwards.
  check({2, 3, 4},
        {node("Resize", {"x", "", "", "z"}, "r",
              {{"coordinate_transformation_mode", "align_corners"}, {"nearest_mode", "round_prefer_ceil"}})},
        {{"z", integers({1, 2, 3, 7})}}, [](const Grid& x, Values& y) {
          for_each(2, 3, 7, [&](auto c, auto h, auto w) { y.push_back(x.at(c, h, (w + 1) / 2)); });
        });
  check({1, 1, 2}, {node("Resize", {"x", "", "s"}, "r", {{"mode", "linear"}})}, {{"s", floats({4}, {1, 1, 1, 2})}},
        [](const Grid& x, Values& y) {
          const double a = x.at(0), b = x.at(1);
          y = {a, 0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b, b};
        });
}

TEST_CASE("parts of axes: slices, splits, choices, and side by side again") {
  NodeDescription split = node("Split", {"x", "parts"}, "a", {{"axis", std::int64_t{1}}});
  split.outputs = {"a", "", "c"};
  check({6, 4}, {split, node("Concat", {"c", "a"}, "r", {{"axis", std::int64_t{-2}}})},
        {{"parts", integers({1, 2, 3})}}, [](const Grid& x, Values& y) {
          for (std::size_t row : {3u, 4u, 5u, 0u})
            for (std::size_t column = 0; column < 4; ++column) y.push_back(x.at(row, column));
        });
  split = node("Split", {"x"}, "a", {{"axis", std::int64_t{1}}});
  split.outputs = {"a", "b"};
  check({5, 2, 2}, {split, node("Concat", {"b", "a"}, "r", {{"axis", std::int64_t{1}}})}, {},
        [](const Grid& x, Values& y) {
          for (std::size_t c : {3u, 4u, 0u, 1u, 2u})
            for (std::size_t i = 0; i < 4; ++i) y.push_back(x.at(c * 4 + i));
        });
  check({3, 4, 5}, {node("Slice", {"x", "b", "e", "a", "s"}, "r")},
        {{"b", integers({-1, 1})},
         {"e", integers({INT64_MIN, INT64_MAX})},
         {"a", integers({3, 1})},
         {"s", integers({-2, 1})}},
        [](const Grid& x, Values& y) {
          for_each(2, 4, 3, [&](auto c, auto h, auto w) { y.push_back(x.at(c + 1, h, 4 - 2 * w)); });
        });
  check({3, 4, 5},
        {node("Slice", {"x"}, "r", {{"starts", Integers{0, 1}}, {"ends", Integers{9, -1}}, {"axes", Integers{1, 2}}})},
        {}, [](const Grid& x, Values& y) {
          for_each(3, 2, 5, [&](auto c, auto h, auto w) { y.push_back(x.at(c, h + 1, w)); });
        });
  check({3, 4, 5}, {node("Gather", {"x", "i"}, "r", {{"axis", std::int64_t{1}}})}, {{"i", integers({2, 0, -1})}},
        [](const Grid& x, Values& y) {
          for (std::size_t c : {2u, 0u, 2u})
            for (std::size_t i = 0; i < 20; ++i) y.push_back(x.at(c * 20 + i));
        });
  check({3, 4, 5}, {node("Gather", {"x", "i"}, "r", {{"axis", std::int64_t{2}}})}, {{"i", single(-1)}},
        [](const Grid& x, Values& y) { for_each(3, 1, 5, [&](auto c, auto, auto w) { y.push_back(x.at(c, 3, w)); }); });
}

TEST_CASE("transposed convolutions and tables") {
  const Constant k = floats({2, 3, 2, 2}, random_values(24, 1)), b = floats({3}, {1, 2, 3});
  check({2, 2, 3},
        {node("ConvTranspose", {"x", "k", "b"}, "r",
              {{"strides", Integers{2, 2}}, {"pads", Integers{1, 1, 1, 1}}, {"output_padding", Integers{1, 1}}})},
        {{"k", k}, {"b", b}}, [&](const Grid& x, Values& y) {
          for_each(3, 3, 5, [&](std::size_t f, std::size_t row, std::size_t column) {
            double sum = d(b.floats[f]);
            for_each(2, 2, 3, [&](std::size_t c, std::size_t h, std::size_t w) {
              const std::size_t v = row + 1 - 2 * h, u = column + 1 - 2 * w;
              if (v < 2 && u < 2) sum += x.at(c, h, w) * d(k.floats[((c * 3 + f) * 2 + v) * 2 + u]);
            });
            y.push_back(sum);
          });
        });
  const Constant table = floats({3, 2}, {1, 2, 3, 4, 5, 6});
  GraphDescription graph = graph_of(
      {4}, {node("Cast", {"x"}, "i", {{"to", std::int64_t{7}}}), node("Gather", {"t", "i"}, "r")}, {{"t", table}});
  check(graph, {{4}, {2, 0, 1, 2}}, {5, 6, 1, 2, 3, 4, 5, 6});
}

TEST_CASE("silu by its two nodes is one layer") {
  check({5}, {node("Sigmoid", {"x"}, "s"), node("Mul", {"s", "x"}, "r")}, {}, [](const Grid& x, Values& y) {
    for (double value : x.values) y.push_back(value / (1 + std::exp(-value)));
  });
  const auto model = loaded(graph_of({5}, {node("Sigmoid", {"x"}, "s"), node("Mul", {"s", "x"}, "r")}, {}));
  CHECK(model->network().nodes()[0].operation->id() == "silu");
  const auto apart = loaded(
      graph_of({5}, {node("Sigmoid", {"x"}, "s"), node("Mul", {"s", "x"}, "m"), node("Add", {"m", "s"}, "r")}, {}));
  CHECK(apart->network().nodes()[0].operation->id() == "sigmoid");
}

TEST_CASE("what these nodes mean elsewhere and cannot mean here is refused") {
  struct Case {
    NodeDescription node;
    std::string reason;
    ErrorCode code = ErrorCode::unsupported;
  };
  Constants constants{{"f", floats({}, {2})},
                      {"zero", floats({}, {0})},
                      {"three", floats({3}, {1, 2, 3})},
                      {"i", integers({0, 1})},
                      {"far", integers({5})},
                      {"matrix", floats({5, 5}, random_values(25, 1))},
                      {"s", floats({4}, {1, 1, 2, 2})},
                      {"huge", floats({4}, {1, 1, 1e9f, 1})},
                      {"pads", integers({0, 0, -1, 0, 0, 0, 0, 0})},
                      {"wide", integers({0, 0, 1 << 20, 0, 0, 0, 0, 0})},
                      {"k", floats({3, 1, 2, 3}, random_values(18, 1))}};
  using Attributes = std::map<std::string, nn::Attribute, std::less<>>;
  const auto made = [](const char* operation, std::vector<std::string> from, Attributes attributes = {}) {
    return node(operation, std::move(from), "r", std::move(attributes));
  };
  const std::vector<Case> cases{
      {made("Div", {"x", "zero"}), "it divides by zero"},
      {made("Add", {"x", "i"}), "a constant operand must be one of two, and floats"},
      {made("Sum", {"x", "f", "f"}), "a constant operand must be one of two, and floats"},
      {made("Mul", {"x", "three"}), "its constant of 3 does not fit its input"},
      {made("Softmax", {"x"}, {{"axis", std::int64_t{0}}}),
       "it works along axis 0, and only axes behind the batch are supported"},
      {made("Softmax", {"x"}, {{"axis", std::int64_t{4}}}),
       "it works along axis 4, and only axes behind the batch are supported"},
      {made("Concat", {"x", "f"}), "constants cannot be put beside values"},
      {made("Slice", {"x", "i"}), "its lists must have one number for each axis"},
      {made("Slice", {"x", "x", "i"}), "its input 1 must be a constant list of whole numbers"},
      {made("Slice", {"x", "far", "far"}, {{"axes", Integers{1}}}), "A slice layer keeps nothing of 2 x 4 x 3",
       ErrorCode::shape_mismatch},
      {made("Gather", {"x", "far"}, {{"axis", std::int64_t{1}}}),
       "A gather layer has no index 5 in an input of 2 x 4 x 3", ErrorCode::shape_mismatch},
      {made("Gather", {"x", "f"}), "its indices must be constant whole numbers"},
      {made("Gather", {"matrix", "x"}), "its indices must be cast to whole numbers"},
      {made("Split", {"x", "i"}, {{"axis", std::int64_t{1}}}), "its parts do not fit its outputs"},
      {made("Unsqueeze", {"x"}), "its input 1 must be a constant list of whole numbers"},
      {made("Unsqueeze", {"x"}, {{"axes", Integers{1, 1}}}), "it names an axis twice"},
      {made("Unsqueeze", {"x"}, {{"axes", Integers(5, 1)}}), "it makes more than 8 axes"},
      {made("Squeeze", {"x"}, {{"axes", Integers{1}}}), "it names an axis that has more than one place"},
      {made("ReduceMean", {"x"}), "it must not reduce over the batch"},
      {made("ReduceMean", {"x"}, {{"axes", Integers{1, 2, 3}}, {"keepdims", std::int64_t{0}}}),
       "it leaves no axis but the batch"},
      {made("Pad", {"x", "pads"}), "its pads must be from 0 to 65536"},
      {made("Pad", {"x", "wide"}), "its pads must be from 0 to 65536"},
      {made("Pad", {"x", "i"}), "its pads must be two constants for each axis"},
      {made("Pad", {"x", "i"}, {{"mode", "wrap"}}), "its mode wrap is not supported"},
      {made("Resize", {"x", "", "s"}, {{"mode", "area"}}), "its mode area is not supported"},
      {made("Resize", {"x", "", "s"}, {{"coordinate_transformation_mode", "tf_crop_and_resize"}}),
       "its coordinate_transformation_mode tf_crop_and_resize is not supported"},
      {made("Resize", {"x", "", "s"}, {{"keep_aspect_ratio_policy", "none"}}),
       "its keep_aspect_ratio_policy is not supported"},
      {made("Expand", {"x", "i"}), "its shape does not fit one sample behind the batch"},
      {made("Tile", {"x", "i"}), "its repeats must be constants, one for each axis, and 1 for the batch"},
      {made("Pow", {"x", "three"}), "its exponent must be one constant number"},
      {made("Dropout", {"x", "", "i"}), "training_mode is not supported"},
      {made("Resize", {"x", "", "huge"}), "it makes more than 4096 places of an axis, or none"},
      {made("Resize", {"x"}), "its scales or sizes must be constants, one for each axis"},
      {made("PRelu", {"x", "three"}), "its constant of 3 does not fit its input"},
      {made("LayerNormalization", {"x", "three"}), "its constant three must hold 4 numbers"},
      {made("InstanceNormalization", {"x", "s", "s"}), "its constant s must hold 3 numbers"},
      {made("InstanceNormalization", {"x", "three", "three"}, {{"epsilon", 0.0f}}), "its epsilon must be positive"},
      {made("GroupNormalization", {"x", "three", "three"}), "its num_groups does not fit its channels"},
      {made("MatMul", {"x", "matrix"}), "A conv2d layer with kernels 5 x 1 x 1 x 5 does not fit an image of 3 x 2 x 4",
       ErrorCode::shape_mismatch},
      {made("MatMul", {"x", "x"}), "A matmul layer cannot multiply 3 x 2 x 4 by 3 x 2 x 4", ErrorCode::shape_mismatch},
      {made("ConvTranspose", {"x", "k"}, {{"group", std::int64_t{2}}}), "its kernels do not fit its input"},
      {made("ConvTranspose", {"x", "k"}, {{"output_shape", Integers{1, 2, 3}}}), "its attributes do not fit its axes"},
      {made("ConvTranspose", {"x", "k"}, {{"pads", Integers{2, 3, 2, 3}}}), "nothing is left of its output"},
      {made("MaxPool", {"x"}, {{"kernel_shape", Integers{2, 2, 2}}}), "only pooling over one or two axes is supported"},
      {made("Cast", {"x"}, {{"to", std::int64_t{9}}}), "only casts to floating-point and whole numbers are supported"},
      {made("Clip", {"f", "x"}), "its first input must come from the model's input"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.node.operation);
    check_refused(graph_of({3, 2, 4}, {each.node}, constants),
                  "The model's node r_node (" + each.node.operation + ") cannot be read here: " + each.reason + ".",
                  each.code);
  }
  const GraphDescription looked_up =
      graph_of({3, 2, 4}, {node("Cast", {"x"}, "i", {{"to", std::int64_t{6}}}), node("Relu", {"i"}, "r")}, {});
  check_refused(looked_up,
                "The model's node r_node (Relu) cannot be read here: whole numbers can only be looked up in a table.");
  check_refused(graph_of({3, 2, 4}, {node("Softmax", {"x"}, "r", {{"axis", std::int64_t{1}}})}, {}, 12),
                "The model's node r_node (Softmax) cannot be read here: it sums over more than one axis.");
}

}  // namespace mlsec::formats
