#include "attacks/estimated_gradients.hpp"

#include <algorithm>

namespace mlsec::attacks {

namespace {

/// The points around one, in pairs of opposite ones, and what follows from their scores.
class Differences {
 public:
  // Around a point far enough from the faces of the box that either side of it is inside.
  Differences(const Attempt& attempt, std::span<const float> x, int samples, double step)
      : box_(attempt.box()), middle_(x.begin(), x.end()), reach_(x.size()) {
    const auto lower = box_.lower(), upper = box_.upper();
    for (std::size_t i = 0; i < x.size(); ++i) {
      reach_[i] = std::min(static_cast<float>(step) * attempt.width(), (upper[i] - lower[i]) / 2);
      middle_[i] = std::clamp(x[i], lower[i] + reach_[i], std::max(upper[i] - reach_[i], lower[i] + reach_[i]));
      if (reach_[i] > 0) movable_.push_back(i);
    }
    each_ = static_cast<std::size_t>(samples) >= 2 * movable_.size();
    pairs_ = each_ ? movable_.size() : static_cast<std::size_t>(samples) / 2;
  }

  /// Makes the next points; false where there are none.
  bool next(Random& random) {
    constexpr std::size_t at_once = 16;
    points.clear();
    for (std::size_t k = 0; k < at_once && done_ < pairs_; ++k, ++done_) {
      const std::size_t above = points.size(), below = above + middle_.size();
      for (int side = 0; side < 2; ++side) points.insert(points.end(), middle_.begin(), middle_.end());
      for (std::size_t which = each_ ? done_ : 0; which < (each_ ? done_ + 1 : movable_.size()); ++which) {
        const std::size_t i = movable_[which];
        const float way = each_ || random.bits() & 1 ? reach_[i] : -reach_[i];
        points[above + i] += way;
        points[below + i] -= way;
      }
    }
    box_.clip(points);
    return !points.empty();
  }

  /// Adds the part that these points have in the derivatives of sums of logits; `weights` is sums x classes, `to` sums
  /// x features.
  void add(std::span<const float> logits, std::size_t classes, std::span<const float> weights,
           std::span<float> to) const {
    const std::size_t features = middle_.size();
    for (std::size_t k = 0; k < points.size() / (2 * features); ++k) {
      const float* above = points.data() + 2 * k * features;
      const float* high = logits.data() + 2 * k * classes;
      for (std::size_t sum = 0; sum < weights.size() / classes; ++sum) {
        double difference = 0;
        for (std::size_t c = 0; c < classes; ++c)
          difference += double{weights[sum * classes + c]} * (double{high[c]} - double{high[classes + c]});
        if (!each_) difference /= static_cast<double>(pairs_);
        for (std::size_t i = 0; i < features; ++i)
          if (const double way = double{above[i]} - double{above[features + i]}; way != 0)
            to[sum * features + i] += static_cast<float>(difference / way);
      }
    }
  }

  Point points;

 private:
  const threat::Box& box_;
  Point middle_, reach_;
  std::vector<std::size_t> movable_;
  bool each_;
  std::size_t pairs_, done_ = 0;
};

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
    question.answer = co_await attempt.outputs(question.points, question.role);
    const std::size_t classes = question.answer.logits.size(), rows = question.points.size() / features;
    logits.assign(question.answer.all_logits.begin(), question.answer.all_logits.end());
    adversarial.assign(question.answer.all_adversarial.begin(), question.answer.all_adversarial.end());
    question.answer.all_logits = logits;
    question.answer.logits = std::span<const float>(logits).first(classes);
    question.answer.all_adversarial = adversarial;
    losses.assign(rows, 0.0f);
    const std::size_t sums = kind == Question::Kind::jacobian ? classes : kind == Question::Kind::gradient ? 1 : 0;
    derivatives.assign(rows * sums * features, 0.0f);
    for (std::size_t row = 0; row < rows && sums > 0; ++row) {
      weights.assign(sums * classes, 0.0f);
      if (kind == Question::Kind::gradient)
        losses[row] = (*question.loss)(std::span<const float>(logits).subspan(row * classes, classes),
                                       attempt.criterion(), weights);
      else
        for (std::size_t c = 0; c < classes; ++c) weights[c * classes + c] = 1;
      Differences differences(attempt, question.points.subspan(row * features, features), samples_, step_);
      while (differences.next(random)) {
        const auto there = co_await attempt.outputs(differences.points, Role::probe);
        differences.add(there.all_logits, classes, weights,
                        std::span(derivatives).subspan(row * sums * features, sums * features));
      }
    }
    question.losses = losses;
    question.derivatives = derivatives;
    question.kind = Question::Kind::none;
    question.waiting.resume();
  }
  co_return task.take();
}

}  // namespace mlsec::attacks
