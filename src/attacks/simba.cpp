#include "attacks/simba.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "attacks/features.hpp"
#include "attacks/image.hpp"
#include "base/math.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

/// The index-th cosine of an orthonormal set over `count` places (the inverse of the DCT of type II).
double cosine_at(std::size_t index, std::size_t place, std::size_t count) {
  const double n = static_cast<double>(count);
  const double turns = (static_cast<double>(place) + 0.5) * static_cast<double>(index) / (2 * n);
  return (index == 0 ? std::sqrt(1 / n) : std::sqrt(2 / n)) * cos_turn(turns - std::floor(turns));
}

}  // namespace

Task<Point> Simba::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  const bool pixel = options.basis == SimbaBasis::pixel;
  const auto& criterion = attempt.criterion();
  Random random = attempt.random("order");
  Point x = attempt.start(), candidate(x.size());
  // How sure the model is of what it is to be led away from, or how unsure of where it is to be led.
  const auto score = [&](const Answer& answer) {
    const float p = -nn::cross_entropy(answer.logits, criterion.target.value_or(criterion.label), {});
    return criterion.target ? -p : p;
  };
  const auto side = [&](std::size_t extent) {
    return pixel ? extent : std::max<std::size_t>(1, static_cast<std::size_t>(options.frequencies * double(extent)));
  };
  const std::size_t rows = side(image.rows), columns = side(image.columns);
  std::vector<std::uint32_t> order(rows * columns * image.channels);
  std::iota(order.begin(), order.end(), 0u);

  const auto first = co_await attempt.outputs(x);
  float best = score(first);
  std::size_t unmoved = 0;  // questions of this round that were not worth asking
  for (int step = 0; step < options.steps; ++step) {
    const std::size_t position = static_cast<std::size_t>(step) % order.size();
    if (position == 0) {
      if (unmoved == 2 * order.size()) break;  // nothing can move
      unmoved = 0;
      random.shuffle(order);
    }
    const std::size_t channel = order[position] % image.channels, place = order[position] / image.channels;
    const std::size_t row = place / columns, column = place % columns;
    for (double sign : {-1.0, 1.0}) {
      candidate = x;
      const double size = sign * options.step_size;
      if (pixel) {
        candidate[image.at(row, column, channel)] += static_cast<float>(size);
      } else {
        for (std::size_t r = 0; r < image.rows; ++r)
          for (std::size_t c = 0; c < image.columns; ++c)
            candidate[image.at(r, c, channel)] +=
                static_cast<float>(size * cosine_at(row, r, image.rows) * cosine_at(column, c, image.columns));
      }
      attempt.box().clip(candidate);
      if (candidate == x) {  // a fixed feature, or one at a face of the box: the answer is known
        ++unmoved;
        continue;
      }
      const auto there = co_await attempt.outputs(candidate);
      if (there.adversarial) co_return candidate;
      const float value = score(there);
      if (!(value < best)) continue;
      best = value;
      x = candidate;
      break;
    }
  }
  co_return x;
}

}  // namespace mlsec::attacks
