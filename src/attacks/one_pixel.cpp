#include "attacks/one_pixel.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/image.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

Task<Point> OnePixel::run(Attempt& attempt, const Options& options) {
  constexpr std::size_t at_once = 32;
  const Image image(attempt.input());
  const std::span<const float> original = attempt.original();
  const float lower = attempt.lower(), upper = attempt.upper();
  const auto& criterion = attempt.criterion();
  // A candidate: for each pixel its row and column as shares of the image, and its channels.
  const std::size_t genes = 2 + image.channels, width = static_cast<std::size_t>(options.pixels) * genes;
  const auto count = static_cast<std::size_t>(options.population);
  Random random = attempt.random("evolution");

  const auto paint = [&](std::span<const float> candidate, std::span<float> x) {
    std::copy(original.begin(), original.end(), x.begin());
    const auto place = [](float share, std::size_t extent) {
      return std::min(static_cast<std::size_t>(share * static_cast<float>(extent)), extent - 1);
    };
    for (std::size_t p = 0; p < width; p += genes)
      for (std::size_t channel = 0; channel < image.channels; ++channel)
        x[image.at(place(candidate[p], image.rows), place(candidate[p + 1], image.columns), channel)] =
            lower + (upper - lower) * candidate[p + 2 + channel];
    attempt.box().clip(x);
  };

  // The first generation: places anywhere, values about the middle (section 3.3).
  std::vector<float> parents(count * width), children(count * width), fitness(count, 0.0f);
  for (std::size_t i = 0; i < parents.size(); ++i)
    parents[i] = i % genes < 2 ? random.uniform() : std::clamp(0.5f + 0.5f * random.normal(), 0.0f, 1.0f);
  children = parents;
  Point points;
  for (int generation = 0; generation <= options.generations; ++generation) {
    const std::size_t best =
        width * static_cast<std::size_t>(std::max_element(fitness.begin(), fitness.end()) - fitness.begin());
    if (generation > 0)
      for (std::size_t k = 0; k < count; ++k) {
        const auto pick = [&] { return width * random.below(static_cast<std::uint32_t>(count)); };
        const std::size_t b = pick(), c = pick();
        const double factor = options.mutation * (1 + double{random.uniform()});
        for (std::size_t g = 0; g < width; ++g) {
          const float value = parents[best + g] + static_cast<float>(factor) * (parents[b + g] - parents[c + g]);
          // Beyond its range a gene begins anew.
          children[k * width + g] = value >= 0 && value <= 1 ? value : random.uniform();
        }
      }
    for (std::size_t first = 0; first < count; first += at_once) {
      const std::size_t rows = std::min(at_once, count - first);
      points.resize(rows * original.size());
      for (std::size_t k = 0; k < rows; ++k)
        paint(std::span<const float>(children).subspan((first + k) * width, width),
              std::span(points).subspan(k * original.size(), original.size()));
      const auto there = co_await attempt.outputs(points);
      const std::size_t classes = there.logits.size();
      for (std::size_t k = 0; k < rows; ++k) {
        const auto logits = there.all_logits.subspan(k * classes, classes);
        if (there.all_adversarial[k]) {
          const auto begin = points.begin() + static_cast<std::ptrdiff_t>(k * original.size());
          co_return Point(begin, begin + static_cast<std::ptrdiff_t>(original.size()));
        }
        // The logarithm of the target's probability, or minus that of the label's.
        const float loss = nn::cross_entropy(logits, criterion.target.value_or(criterion.label), {});
        const float value = criterion.target ? -loss : loss;
        const std::size_t i = first + k;
        if (generation > 0 && !(value > fitness[i])) continue;
        fitness[i] = value;
        std::copy_n(children.begin() + static_cast<std::ptrdiff_t>(i * width), width,
                    parents.begin() + static_cast<std::ptrdiff_t>(i * width));
      }
    }
  }
  co_return attempt.start();
}

}  // namespace mlsec::attacks
