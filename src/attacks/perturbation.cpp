#include "attacks/perturbation.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "attacks/evaluation.hpp"
#include "threat/norm.hpp"

namespace mlsec::attacks {

namespace {

struct Run {
  std::unique_ptr<Attempt> attempt;
  Task<Point> task;
  Point nearest;  // of attacks that minimise a norm
  double distance = std::numeric_limits<double>::infinity();
};

void remember_nearest(Run& run, threat::Norm norm) {
  const Question& question = run.attempt->question();
  const std::size_t features = run.attempt->original().size();
  for (std::size_t row = 0; row < question.points.size() / features; ++row) {
    if (!question.answer.all_adversarial[row]) continue;
    const auto point = question.points.subspan(row * features, features);
    const double distance = threat::distances(run.attempt->original(), point).in(norm);
    if (!(distance < run.distance)) continue;
    run.distance = distance;
    run.nearest.assign(point.begin(), point.end());
  }
}

}  // namespace

Result<void> perturb(model::Model& model, const Program& program, std::span<float> inputs,
                     const PerturbationKeys& keys) {
  const model::InputSpecification& input = model.input();
  const std::size_t features = input.shape.count(), rows = inputs.size() / features;
  const std::vector<float> originals(inputs.begin(), inputs.end());
  const threat::Box box = threat::Box::uniform(features, input.lower, input.upper);
  std::vector<Run> runs;
  runs.reserve(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    auto attempt = std::make_unique<Attempt>(Attempt::Place{
        .original = std::span(originals).subspan(row * features, features),
        .criterion = {.label = static_cast<std::size_t>(keys.labels[row]), .target = std::nullopt},
        .input = &input,
        .box = box,
        .seed = keys.seed,
        .sample = keys.samples[row],
        .row = row,
        .restart = keys.step,
    });
    Task<Point> task = program.run(*attempt);
    task.start();
    runs.push_back({std::move(attempt), std::move(task), {}, std::numeric_limits<double>::infinity()});
  }
  const bool minimum_norm = program.traits().goal == Goal::minimum_norm;
  Evaluation evaluation;
  for (bool working = true; working;) {
    working = false;
    for (Question::Kind kind : {Question::Kind::jacobian, Question::Kind::gradient, Question::Kind::outputs}) {
      std::vector<Asked> asked;
      std::vector<Run*> asking;
      const std::size_t limit = row_limit(kind, model.output().classes, features);
      for (Run& run : runs) {
        const Question& question = run.attempt->question();
        if (run.task.done() || question.kind != kind || asked.size() >= limit) continue;
        if (kind == Question::Kind::gradient && !asked.empty() &&
            question.loss->layer != asked[0].question->loss->layer)
          continue;
        asking.push_back(&run);
        asked.push_back({&run.attempt->question(), &run.attempt->criterion()});
      }
      if (asked.empty()) continue;
      working = true;
      MLSEC_TRY_VOID(evaluation.answer(model, asked, kind, {}));
      for (Run* run : asking) {
        Question& question = run->attempt->question();
        if (minimum_norm && question.role == Role::candidate)
          remember_nearest(*run, program.norm());
        else if (!minimum_norm)
          question.answer.adversarial = false;
        question.kind = Question::Kind::none;
        question.waiting.resume();
      }
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
