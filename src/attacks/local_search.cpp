#include "attacks/local_search.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "attacks/image.hpp"
#include "threat/order.hpp"

namespace mlsec::attacks {

namespace {

constexpr int rest = 30;  // rounds for which a pixel that was changed is left alone, lest it go back and forth

/// All pixels of the squares around these ones.
std::vector<std::uint32_t> around(const Image& image, std::span<const std::uint32_t> pixels, int reach) {
  std::vector<char> near(image.pixels(), 0);
  const auto distance = static_cast<std::size_t>(reach);
  for (std::uint32_t pixel : pixels) {
    const std::size_t row = pixel / image.columns, column = pixel % image.columns;
    for (std::size_t r = row - std::min(row, distance); r <= row + distance && r < image.rows; ++r)
      for (std::size_t c = column - std::min(column, distance); c <= column + distance && c < image.columns; ++c)
        near[r * image.columns + c] = 1;
  }
  std::vector<std::uint32_t> result;
  for (std::uint32_t pixel = 0; pixel < near.size(); ++pixel)
    if (near[pixel]) result.push_back(pixel);
  return result;
}

bool is_fixed(const Image& image, const threat::Box& box, std::uint32_t pixel) {
  for (std::size_t channel = 0; channel < image.channels; ++channel) {
    const std::size_t i = image.at(pixel / image.columns, pixel % image.columns, channel);
    if (box.lower()[i] < box.upper()[i]) return false;
  }
  return true;
}

/// The paper's function Cyclic, about the middle of each feature's own range.
void turn_over(const Image& image, const threat::Box& box, std::uint32_t pixel, double factor, std::span<float> x) {
  for (std::size_t channel = 0; channel < image.channels; ++channel) {
    const std::size_t i = image.at(pixel / image.columns, pixel % image.columns, channel);
    const double lower = box.lower()[i], upper = box.upper()[i], middle = (lower + upper) / 2;
    double value = middle + factor * (double{x[i]} - middle);
    if (value < lower) value += upper - lower;
    if (value > upper) value -= upper - lower;
    x[i] = static_cast<float>(value);
  }
  box.clip(x);
}

}  // namespace

Task<Point> LocalSearch::run(Attempt& attempt, const Options& options) {
  constexpr std::size_t at_once = 32;
  const Image image(attempt.input());
  const std::size_t size = attempt.original().size();
  const CrossEntropy loss;
  Random random = attempt.random("pixels");
  Nearest nearest{norm};
  Point x = attempt.start(), points;
  std::vector<std::uint32_t> places, all(image.pixels());
  std::iota(all.begin(), all.end(), 0u);
  std::vector<int> resting_until(all.size(), 0);
  std::erase_if(all, [&](std::uint32_t pixel) {
    if (!is_fixed(image, attempt.box(), pixel)) return false;
    resting_until[pixel] = std::numeric_limits<int>::max();
    return true;
  });
  std::vector<float> unused;

  for (int round = 0; round < options.rounds && !all.empty() && !nearest.found(); ++round) {
    std::erase_if(places, [&](std::uint32_t pixel) { return resting_until[pixel] > round; });
    if (places.empty()) {  // as at the beginning: a tenth of all pixels
      random.shuffle(all);
      places.assign(all.begin(), all.begin() + static_cast<std::ptrdiff_t>((all.size() + 9) / 10));
    }
    std::vector<double> gains;
    for (std::size_t first = 0; first < places.size(); first += at_once) {
      const std::size_t rows = std::min(at_once, places.size() - first);
      points.clear();
      for (std::size_t k = 0; k < rows; ++k) {
        points.insert(points.end(), x.begin(), x.end());
        turn_over(image, attempt.box(), places[first + k], options.factor, std::span(points).subspan(k * size, size));
      }
      const auto there = co_await attempt.outputs(points);
      const std::size_t classes = there.logits.size();
      unused.resize(classes);
      for (std::size_t k = 0; k < rows; ++k) {
        const float gain = loss(there.all_logits.subspan(k * classes, classes), attempt.criterion(), unused);
        gains.push_back(std::isnan(gain) ? -std::numeric_limits<double>::infinity() : double{gain});
        nearest.offer(attempt, std::span<const float>(points).subspan(k * size, size), there.all_adversarial[k] != 0);
      }
    }
    std::vector<std::uint32_t> changed;
    for (std::uint32_t which : threat::descending(gains)) {
      if (changed.size() == static_cast<std::size_t>(options.pixels)) break;
      changed.push_back(places[which]);
      resting_until[places[which]] = round + 1 + rest;
      turn_over(image, attempt.box(), places[which], options.factor, x);
    }
    const auto here = co_await attempt.outputs(x);
    nearest.offer(attempt, x, here.adversarial);
    places = around(image, changed, options.reach);
  }
  co_return nearest.take(attempt);
}

}  // namespace mlsec::attacks
