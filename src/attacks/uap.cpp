#include "attacks/uap.hpp"

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"
#include "attacks/universal_perturbation.hpp"

namespace mlsec::attacks {

namespace {

/// The way from x to where the sample's criterion holds, or as far as the steps lead.
Task<Point> way_across(SetAttempt& attempt, const Point& start, const std::uint32_t& sample,
                       const Uap::Options& options) {
  const threat::Criterion& criterion = attempt.criterion(sample);
  const threat::Box box = threat::Box::uniform(start.size(), attempt.lower(), attempt.upper());
  Point on_boundary = start, x = start;  // without and with the overshoot
  std::vector<std::uint32_t> classes;
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.jacobian(x, sample);
    if (here.adversarial) break;
    // Away from the label; towards the target from whatever the model says.
    const std::size_t from = criterion.target ? here.label : criterion.label;
    if (criterion.target)
      classes = {static_cast<std::uint32_t>(*criterion.target)};
    else if (step == 0)
      classes = likely_classes(here.logits, from, static_cast<std::size_t>(options.candidates));
    const Tangent tangent = nearest_tangent(here, from, classes, threat::Norm::l2);
    if (tangent.normal.empty()) break;  // flat
    // The tangent plane at x, seen from the point without the overshoot.
    const double margin = tangent.margin - dot(tangent.normal, x) + dot(tangent.normal, on_boundary);
    step_to_hyperplane(threat::Norm::l2, on_boundary, tangent.normal, -margin, box);
    interpolate(x, start, on_boundary, 1 + options.overshoot);
    box.clip(x);
  }
  Point way(x.size());
  subtract(way, x, start);
  co_return way;
}

}  // namespace

Task<Finished> Uap::run(SetAttempt& attempt, const Options& options) {
  const std::size_t size = attempt.size(), passes = static_cast<std::size_t>(options.passes);
  const Point none(attempt.features(), 0.0f);
  const threat::Ball ball = perturbations(none, options.norm, options.radius(), attempt.width());
  Point perturbation = none, x(none.size());
  attempt.offer(perturbation, 0);
  std::size_t looked = 0;
  for (int pass = 0; pass < options.passes; ++pass) {
    for (const std::uint32_t sample : shuffled_samples(attempt, pass)) {
      attempt.progress(looked++, passes * size);
      add_perturbation(attempt.sample(sample), perturbation, attempt.lower(), attempt.upper(), x);
      if ((co_await attempt.outputs(x, std::span(&sample, 1))).fooled[0]) continue;
      add_scaled(perturbation, 1, co_await way_across(attempt, x, sample, options));
      ball.project(perturbation);
    }
    const std::size_t fooled = co_await count_fooled_by(attempt, perturbation);
    attempt.offer(perturbation, fooled);
    if (static_cast<double>(fooled) >= (1 - options.delta) * static_cast<double>(size)) break;
  }
  co_return Finished{};
}

}  // namespace mlsec::attacks
