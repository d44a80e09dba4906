#include "attacks/perturbation.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "nn/loss.hpp"
#include "threat/norm.hpp"

namespace mlsec::attacks {

namespace {

struct Run {
  std::unique_ptr<Attempt> attempt;
  Task<Point> task;
  Point nearest;  // of attacks that minimise a norm
  double distance = std::numeric_limits<double>::infinity();
};

/// Rows of one kind of question, gathered for one evaluation.
class Evaluation {
 public:
  Evaluation(model::Model& model, std::size_t features)
      : model_(model), features_(features), classes_(model.output().classes) {}

  Result<void> answer(std::span<Run* const> asking, Question::Kind kind, const Program& program) {
    points_.clear();
    for (Run* run : asking) {
      const auto points = run->attempt->question().points;
      points_.insert(points_.end(), points.begin(), points.end());
    }
    const std::size_t rows = points_.size() / features_;
    MLSEC_TRY(const auto pass, model_.forward(model::Batch::single(rows, points_), {}));
    const auto logits = pass->outputs();
    std::vector<float> losses(asking.size(), 0.0f);
    model::Gradients gradients;
    if (kind == Question::Kind::gradient) {
      cotangents_.resize(rows * classes_);
      for (std::size_t i = 0; i < asking.size(); ++i)
        losses[i] = (*asking[i]->attempt->question().loss)(logits.subspan(i * classes_, classes_),
                                                           asking[i]->attempt->criterion(),
                                                           std::span(cotangents_).subspan(i * classes_, classes_));
      MLSEC_TRY(gradients, pass->backward(cotangents_, {true, model::WeightGradients::none, std::nullopt}));
    }
    std::size_t row = 0;
    for (std::size_t i = 0; i < asking.size(); ++i) {
      Question& question = asking[i]->attempt->question();
      const std::size_t count = question.points.size() / features_;
      question.answer.all_logits = logits.subspan(row * classes_, count * classes_);
      question.answer.logits = question.answer.all_logits.first(classes_);
      question.answer.label = nn::largest(question.answer.logits);
      question.answer.adversarial = false;
      question.answer.loss = losses[i];
      if (kind == Question::Kind::gradient)
        question.answer.gradient =
            std::span<const float>(gradients.inputs.values()).subspan(row * features_, features_);
      if (program.traits().goal == Goal::minimum_norm) remember_nearest(*asking[i], program.norm());
      question.kind = Question::Kind::none;
      question.waiting.resume();
      row += count;
    }
    return {};
  }

 private:
  void remember_nearest(Run& run, threat::Norm norm) const {
    Question& question = run.attempt->question();
    const threat::Criterion& criterion = run.attempt->criterion();
    question.answer.adversarial = criterion.holds(question.answer.label);
    for (std::size_t row = 0; row < question.points.size() / features_; ++row) {
      if (!criterion.holds(nn::largest(question.answer.all_logits.subspan(row * classes_, classes_)))) continue;
      const auto point = question.points.subspan(row * features_, features_);
      const double distance = threat::distances(run.attempt->original(), point).in(norm);
      if (distance >= run.distance) continue;
      run.distance = distance;
      run.nearest.assign(point.begin(), point.end());
    }
  }

  model::Model& model_;
  std::size_t features_, classes_;
  std::vector<float> points_, cotangents_;
};

}  // namespace

Result<void> perturb(model::Model& model, const Program& program, std::span<float> inputs,
                     const PerturbationKeys& keys) {
  const model::InputSpecification& input = model.input();
  const std::size_t features = input.shape.count(), rows = inputs.size() / features;
  const std::vector<float> originals(inputs.begin(), inputs.end());
  std::vector<Run> runs;
  runs.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    auto attempt = std::make_unique<Attempt>(Attempt::Place{
        .original = std::span(originals).subspan(row * features, features),
        .criterion = {static_cast<std::size_t>(keys.labels[row]), std::nullopt},
        .lower = input.lower,
        .upper = input.upper,
        .seed = keys.seed,
        .sample = keys.samples[row],
        .row = row,
        .restart = keys.step,
    });
    Task<Point> task = program.run(*attempt);
    task.start();
    runs.push_back({std::move(attempt), std::move(task), {}, std::numeric_limits<double>::infinity()});
  }
  Evaluation evaluation(model, features);
  for (bool working = true; working;) {
    working = false;
    for (Question::Kind kind : {Question::Kind::gradient, Question::Kind::outputs}) {
      std::vector<Run*> asking;
      for (Run& run : runs)
        if (!run.task.done() && run.attempt->question().kind == kind) asking.push_back(&run);
      if (asking.empty()) continue;
      working = true;
      MLSEC_TRY_VOID(evaluation.answer(asking, kind, program));
    }
  }
  for (std::size_t row = 0; row < rows; ++row) {
    Run& run = runs[row];
    Point point = run.task.take();
    const auto place = inputs.subspan(row * features, features);
    if (const auto epsilon = program.epsilon())
      run.attempt->ball(program.norm(), *epsilon).project(point);
    else
      point = run.nearest.empty() ? run.attempt->start() : std::move(run.nearest);
    std::copy(point.begin(), point.end(), place.begin());
  }
  return {};
}

}  // namespace mlsec::attacks
