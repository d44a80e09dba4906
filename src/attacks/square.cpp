#include "attacks/square.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/image.hpp"

namespace mlsec::attacks {

namespace {

/// The share of the image that a square covers: halved at these parts of 10,000 steps (the paper, section 5.1).
double share_at(int step, int steps, double first) {
  const int position = static_cast<int>(10000.0 * step / steps);
  double share = first;
  for (int halving : {10, 50, 200, 500, 1000, 2000, 4000, 6000, 8000})
    if (position > halving) share /= 2;
  return share;
}

struct Window {
  std::size_t row, column, rows, columns;
};

/// A window with sides as equal as the image allows, at a random place.
Window window_of(const Image& image, double share, std::size_t smallest, Random& random) {
  const double area = share * static_cast<double>(image.pixels());
  const auto side = static_cast<std::size_t>(std::max(std::floor(std::sqrt(area) + 0.5), double(smallest)));
  Window window{};
  window.rows = std::min(side, image.rows);
  // One row of features takes the whole area in its length.
  window.columns =
      std::min(image.rows == 1 ? std::max<std::size_t>(static_cast<std::size_t>(area), smallest) : side, image.columns);
  window.row = random.below(static_cast<std::uint32_t>(image.rows - window.rows + 1));
  window.column = random.below(static_cast<std::uint32_t>(image.columns - window.columns + 1));
  return window;
}

template <class Visit>
void for_each_pixel(const Window& window, Visit visit) {
  for (std::size_t row = 0; row < window.rows; ++row)
    for (std::size_t column = 0; column < window.columns; ++column) visit(row, column);
}

/// The paper's eta (equation 4) for h rows and w columns: two bumps of opposite sign, one in each half, falling off
/// from the middle; of length 1 in l2, transposed at random.
std::vector<float> bumps(const Window& window, Random& random) {
  const bool transposed = window.rows == window.columns && random.below(2) == 1;
  const std::size_t h = window.rows, w = window.columns;
  const bool along = h >= w;
  const std::size_t length_ = along ? h : w, breadth = along ? w : h, half = length_ / 2;
  std::vector<float> eta(h * w, 0.0f);
  const auto bump = [&](std::size_t first, std::size_t extent, float sign) {
    // Frames around the middle, the inner ones adding up: 1 / (n + 1 - k)^2 for the k-th of n.
    const std::size_t frames = std::max<std::size_t>(1, extent / 2);
    for (std::size_t k = 0; k < frames; ++k) {
      const std::size_t distance = frames - 1 - k;  // from the outermost frame
      const auto size = static_cast<float>(1.0 / (double(k + 1) * double(k + 1)));
      const std::size_t margin = std::min(distance * breadth / std::max<std::size_t>(1, 2 * frames), (breadth - 1) / 2);
      const std::size_t begin = first + std::min(distance, (extent - 1) / 2);
      const std::size_t end = first + extent - std::min(distance, (extent - 1) / 2);
      for (std::size_t a = begin; a < end; ++a)
        for (std::size_t b = margin; b < breadth - margin; ++b)
          eta[along != transposed ? a * w + b : b * w + a] += sign * size;
    }
  };
  if (half > 0) bump(0, half, 1);
  bump(half, length_ - half, half > 0 ? -1.0f : 1.0f);
  scale(eta, 1 / length(eta));
  return eta;
}

}  // namespace

Task<Point> Square::run(Attempt& attempt, const Options& options, std::string_view stream) {
  const bool l2 = options.norm == threat::Norm::l2;
  const Image image(attempt.input());
  const std::span<const float> original = attempt.original();
  const std::size_t size = original.size();
  const double epsilon = options.radius();
  const threat::Ball ball = attempt.ball(options.norm, epsilon);
  const Margin margin;
  Random random = attempt.random(stream);
  Point x = attempt.start(), candidate(size), delta(size, 0.0f);
  const auto sign = [&] { return random.below(2) ? 1.0f : -1.0f; };

  if (l2) {
    // A grid of bumps, about a fifth of the image wide.
    const std::size_t side =
        std::max<std::size_t>(1, std::min(image.rows == 1 ? image.columns : image.rows, image.columns) / 5);
    for (std::size_t row = 0; row < image.rows; row += side)
      for (std::size_t column = 0; column < image.columns; column += side) {
        const Window window{row, column, std::min(side, image.rows - row), std::min(side, image.columns - column)};
        const auto eta = bumps(window, random);
        for (std::size_t channel = 0; channel < image.channels; ++channel) {
          const float s = sign();
          for_each_pixel(window, [&](std::size_t r, std::size_t c) {
            delta[image.at(row + r, column + c, channel)] += s * eta[r * window.columns + c];
          });
        }
      }
    scale(delta, epsilon / length(delta));
    for (std::size_t i = 0; i < size; ++i) x[i] = original[i] + delta[i];
  } else {
    // Vertical stripes.
    const auto radius = static_cast<float>(epsilon);
    for (std::size_t column = 0; column < image.columns; ++column)
      for (std::size_t channel = 0; channel < image.channels; ++channel) {
        const float s = sign() * radius;
        for (std::size_t row = 0; row < image.rows; ++row) x[image.at(row, column, channel)] += s;
      }
  }
  ball.project(x);
  const auto first = co_await attempt.outputs(x);
  std::vector<float> unused(first.logits.size());
  float best = margin(first.logits, attempt.criterion(), unused);
  if (first.adversarial) co_return x;

  for (int step = 0; step < options.steps; ++step) {
    const double share = share_at(step, options.steps, options.first_share);
    candidate = x;
    if (!l2) {
      const Window window = window_of(image, share, 1, random);
      const auto radius = static_cast<float>(epsilon);
      for (std::size_t channel = 0; channel < image.channels; ++channel) {
        const float s = sign() * radius;
        for_each_pixel(window, [&](std::size_t r, std::size_t c) {
          const std::size_t i = image.at(window.row + r, window.column + c, channel);
          candidate[i] = original[i] + s;
        });
      }
    } else {
      // The mass of two windows, and what the box or rounding left over, goes into new bumps in the first of them.
      const Window window = window_of(image, share, std::min<std::size_t>(3, image.columns), random);
      Window other = window;
      other.row = random.below(static_cast<std::uint32_t>(image.rows - other.rows + 1));
      other.column = random.below(static_cast<std::uint32_t>(image.columns - other.columns + 1));
      subtract(delta, x, original);
      const double total = length(delta);
      const double spare = std::max(0.0, epsilon * epsilon - total * total);
      const auto eta = bumps(window, random);
      Point bump(window.rows * window.columns);
      for (std::size_t channel = 0; channel < image.channels; ++channel) {
        double mass = 0;
        const auto at = [&](const Window& w, std::size_t r, std::size_t c) {
          return image.at(w.row + r, w.column + c, channel);
        };
        const double inside = [&] {
          double sum = 0;
          for_each_pixel(window, [&](std::size_t r, std::size_t c) {
            const double d = delta[at(window, r, c)];
            sum += d * d;
          });
          return std::sqrt(sum);
        }();
        const float s = sign();
        for_each_pixel(window, [&](std::size_t r, std::size_t c) {
          const std::size_t k = r * window.columns + c;
          bump[k] = s * eta[k] + (inside > 0 ? static_cast<float>(double{delta[at(window, r, c)]} / inside) : 0.0f);
        });
        for (const Window& w : {window, other})
          for_each_pixel(w, [&](std::size_t r, std::size_t c) {
            float& d = delta[at(w, r, c)];
            mass += double{d} * double{d};
            d = 0;  // a pixel of both counts once
          });
        const double size_of_bump = length(bump);
        const double wanted = std::sqrt(mass + spare / static_cast<double>(image.channels));
        if (size_of_bump == 0) continue;
        for_each_pixel(window, [&](std::size_t r, std::size_t c) {
          delta[at(window, r, c)] = static_cast<float>(wanted / size_of_bump * double{bump[r * window.columns + c]});
        });
      }
      for (std::size_t i = 0; i < size; ++i) candidate[i] = original[i] + delta[i];
    }
    ball.project(candidate);
    const auto there = co_await attempt.outputs(candidate);
    const float value = margin(there.logits, attempt.criterion(), unused);
    if (!(value > best) && !there.adversarial) continue;
    best = value;
    x = candidate;
    if (there.adversarial) break;
  }
  co_return x;
}

}  // namespace mlsec::attacks
