#include "attacks/universal_gradient.hpp"

#include "attacks/features.hpp"
#include "attacks/universal_perturbation.hpp"

namespace mlsec::attacks {

Task<Finished> UniversalGradient::run(SetAttempt& attempt, const Options& options) {
  const std::size_t features = attempt.features(), size = attempt.size();
  const std::size_t batch_size = static_cast<std::size_t>(options.batch_size);
  const double step_size = options.step_size.value_or(options.radius() / 10);
  // What is increased with a target is log p(target), which has no upper limit but 0.
  const bool limited = !attempt.criterion(0).target;
  const Point none(features, 0.0f);
  const threat::Ball ball = perturbations(none, options.norm, options.radius(), attempt.width());
  Point perturbation = none, direction(features);
  std::vector<float> points;
  attempt.offer(perturbation, 0);
  for (int pass = 0; pass < options.passes; ++pass) {
    const std::vector<std::uint32_t> order = shuffled_samples(attempt, pass);
    for (std::size_t first = 0; first < size; first += batch_size) {
      attempt.progress(static_cast<std::size_t>(pass) * size + first, static_cast<std::size_t>(options.passes) * size);
      const auto batch = std::span(order).subspan(first, std::min(batch_size, size - first));
      points.resize(batch.size() * features);
      for (std::size_t i = 0; i < batch.size(); ++i)
        add_perturbation(attempt.sample(batch[i]), perturbation, attempt.lower(), attempt.upper(),
                         std::span(points).subspan(i * features, features));
      const auto here = co_await attempt.gradient(points, batch, CrossEntropy{});
      std::fill(direction.begin(), direction.end(), 0.0f);
      for (std::size_t i = 0; i < batch.size(); ++i)
        if (!limited || here.losses[i] < options.loss_limit)
          add_scaled(direction, 1, here.gradients.subspan(i * features, features));
      ball.ascend(perturbation, direction, step_size);
      ball.project(perturbation);
    }
    attempt.offer(perturbation, co_await count_fooled_by(attempt, perturbation));
  }
  co_return Finished{};
}

}  // namespace mlsec::attacks
