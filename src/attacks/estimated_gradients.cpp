#include "attacks/estimated_gradients.hpp"

#include <algorithm>

namespace mlsec::attacks {

namespace {

/// The derivatives at x of sums of logits; `weights` is sums x classes, the result sums x features.
Task<Point> differences(Attempt& attempt, Point x, std::vector<float> weights, std::size_t sums, int samples,
                        double step, Random& random) {
  constexpr std::size_t at_once = 16;  // pairs
  const std::size_t features = x.size();
  const auto lower = attempt.box().lower(), upper = attempt.box().upper();
  // Around a point far enough from the faces of the box that either side of it is inside.
  std::vector<float> reach(features);
  std::vector<std::size_t> movable;
  for (std::size_t i = 0; i < features; ++i) {
    reach[i] = std::min(static_cast<float>(step) * attempt.width(), (upper[i] - lower[i]) / 2);
    x[i] = std::clamp(x[i], lower[i] + reach[i], std::max(upper[i] - reach[i], lower[i] + reach[i]));
    if (reach[i] > 0) movable.push_back(i);
  }
  const bool each = static_cast<std::size_t>(samples) >= 2 * movable.size();
  const std::size_t pairs = each ? movable.size() : static_cast<std::size_t>(samples) / 2;
  const std::size_t classes = weights.size() / sums;
  Point points, result(sums * features, 0.0f);
  for (std::size_t first = 0; first < pairs; first += at_once) {
    const std::size_t count = std::min(at_once, pairs - first);
    points.clear();
    for (std::size_t k = 0; k < count; ++k) {
      const std::size_t above = points.size(), below = above + features;
      points.insert(points.end(), x.begin(), x.end());
      points.insert(points.end(), x.begin(), x.end());
      const auto move = [&](std::size_t i, float way) {
        points[above + i] += way;
        points[below + i] -= way;
      };
      if (each)
        move(movable[first + k], reach[movable[first + k]]);
      else
        for (std::size_t i : movable) move(i, random.bits() & 1 ? reach[i] : -reach[i]);
    }
    attempt.box().clip(points);
    const auto there = co_await attempt.outputs(points);
    for (std::size_t k = 0; k < count; ++k) {
      const float* above = points.data() + 2 * k * features;
      const float* below = above + features;
      const float* high = there.all_logits.data() + 2 * k * classes;
      for (std::size_t sum = 0; sum < sums; ++sum) {
        double difference = 0;
        for (std::size_t c = 0; c < classes; ++c)
          difference += double{weights[sum * classes + c]} * (double{high[c]} - double{high[classes + c]});
        if (!each) difference /= static_cast<double>(pairs);
        for (std::size_t i = 0; i < features; ++i)
          if (const double way = double{above[i]} - double{below[i]}; way != 0)
            result[sum * features + i] += static_cast<float>(difference / way);
      }
    }
  }
  co_return result;
}

}  // namespace

EstimatedGradients::EstimatedGradients(std::unique_ptr<Program> program, int samples, double step)
    : program_(std::move(program)), traits_(program_->traits()), samples_(samples), step_(step) {
  traits_.needs = Needs::scores;
}

std::unique_ptr<Program> EstimatedGradients::copy() const {
  return std::make_unique<EstimatedGradients>(program_->copy(), samples_, step_);
}

// Stands between the attack and the driver, and asks for outputs only.
Task<Point> EstimatedGradients::run(Attempt& attempt) const {
  Attempt inner(attempt.place());
  Task<Point> task = program_->run(inner);
  Random random = attempt.random("gradient");
  const std::size_t features = attempt.original().size();
  std::vector<float> logits, losses, weights;
  std::vector<std::uint8_t> adversarial;
  Point derivatives;
  for (task.start(); !task.done();) {
    Question& question = inner.question();
    const Question::Kind kind = question.kind;
    question.answer = co_await attempt.outputs(question.points);
    const std::size_t classes = question.answer.logits.size(), rows = question.points.size() / features;
    logits.assign(question.answer.all_logits.begin(), question.answer.all_logits.end());
    adversarial.assign(question.answer.all_adversarial.begin(), question.answer.all_adversarial.end());
    question.answer.all_logits = logits;
    question.answer.logits = std::span<const float>(logits).first(classes);
    question.answer.all_adversarial = adversarial;
    losses.assign(rows, 0.0f);
    derivatives.clear();
    for (std::size_t row = 0; row < rows && kind != Question::Kind::outputs; ++row) {
      if (kind == Question::Kind::gradient) {
        weights.resize(classes);
        losses[row] = (*question.loss)(std::span<const float>(logits).subspan(row * classes, classes),
                                       attempt.criterion(), weights);
      } else {
        weights.assign(classes * classes, 0.0f);
        for (std::size_t c = 0; c < classes; ++c) weights[c * classes + c] = 1;
      }
      const auto x = question.points.subspan(row * features, features);
      const Point here = co_await differences(attempt, {x.begin(), x.end()}, weights, weights.size() / classes,
                                              samples_, step_, random);
      derivatives.insert(derivatives.end(), here.begin(), here.end());
    }
    question.losses = losses;
    question.derivatives = derivatives;
    question.kind = Question::Kind::none;
    question.waiting.resume();
  }
  co_return task.take();
}

}  // namespace mlsec::attacks
