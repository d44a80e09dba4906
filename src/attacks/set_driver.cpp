#include "attacks/set_driver.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace mlsec::attacks {

namespace {

constexpr std::size_t rows_at_once = 32;

Error refuse(ErrorCode code, std::string field, std::string message) {
  return {code, std::move(field), std::move(message)};
}

}  // namespace

SetAttackJob::SetAttackJob(std::shared_ptr<model::Model> model, Tensor inputs, std::unique_ptr<SetProgram> program,
                           SetAttackOptions options)
    : model_(std::move(model)),
      inputs_(std::move(inputs)),
      program_(std::move(program)),
      options_(options),
      features_(model_->input().shape.count()),
      classes_(model_->output().classes) {}

Result<std::unique_ptr<SetAttackJob>> SetAttackJob::start(std::shared_ptr<model::Model> model, Tensor inputs,
                                                          std::unique_ptr<SetProgram> program,
                                                          SetAttackOptions options) {
  MLSEC_TRY_VOID(model::check_inputs(model->input(), inputs.values()));
  const std::string id(program->id());
  if (!model->capabilities().gradient)
    return refuse(ErrorCode::unsupported, "method",
                  sentence({"The method ", id, " needs gradients, which this model does not give."}));
  if (program->traits().images_only && model->input().kind != model::InputKind::image)
    return refuse(ErrorCode::unsupported, "method",
                  sentence({"The method ", id, " changes images, but this model's inputs are vectors."}));
  MLSEC_TRY_VOID(program->check_features(model->input().shape.count()));
  if (options.target && static_cast<std::size_t>(*options.target) >= model->output().classes)
    return refuse(ErrorCode::out_of_range, "target",
                  sentence({"target is ", *options.target, ", but the model's classes are 0 ... ",
                            model->output().classes - 1, "."}));
  return std::unique_ptr<SetAttackJob>(
      new SetAttackJob(std::move(model), std::move(inputs), std::move(program), options));
}

Result<JobState> SetAttackJob::step(double milliseconds) {
  const Stopwatch since_step;
  while (!finished_) {
    if (!task_) {
      MLSEC_TRY_VOID(look());
    } else {
      MLSEC_TRY_VOID(answer_some());
    }
    if (since_step.milliseconds() >= milliseconds) break;
  }
  const std::size_t done = attempt_ ? attempt_->done() : 0, total = attempt_ ? attempt_->total() : 1;
  return finished_ ? JobState{JobState::Kind::done, total, total} : JobState{JobState::Kind::running, done, total};
}

// What the model says of the samples as they are. Those that count move to the front.
Result<void> SetAttackJob::look() {
  const std::size_t rows = inputs_.size() / features_, count = std::min(rows_at_once, rows - looked_);
  const auto points = inputs_.values().subspan(looked_ * features_, count * features_);
  std::vector<Question> questions(count);
  std::vector<Asked> asked;
  const threat::Criterion none;
  for (std::size_t i = 0; i < count; ++i) {
    questions[i].points = points.subspan(i * features_, features_);
    asked.push_back({&questions[i], &none});
  }
  MLSEC_TRY_VOID(evaluation_.answer(*model_, asked, Question::Kind::outputs, {}));
  for (std::size_t i = 0; i < count; ++i, ++looked_) {
    threat::Criterion criterion;
    criterion.label = questions[i].answer.label;
    if (options_.target) criterion.target = static_cast<std::size_t>(*options_.target);
    if (criterion.target == criterion.label) continue;
    std::copy(questions[i].points.begin(), questions[i].points.end(),
              inputs_.values().begin() + static_cast<std::ptrdiff_t>(counted_ * features_));
    criteria_.push_back(criterion);
    ++counted_;
  }
  if (looked_ < rows) return {};
  if (counted_ == 0)
    return refuse(ErrorCode::out_of_range, "target",
                  sentence({"target is ", *options_.target, ", which the model takes every sample for anyway."}));
  attempt_.emplace(SetAttempt::Place{inputs_.values().first(counted_ * features_), criteria_, &model_->input(),
                                     static_cast<std::uint64_t>(options_.seed)});
  task_.emplace(program_->run(*attempt_));
  task_->start();
  finished_ = task_->done();
  return {};
}

// Some rows of the question that the attack waits for; after the last ones the attack goes on.
Result<void> SetAttackJob::answer_some() {
  exhausted_ = is_exhausted();
  if (exhausted_) {
    finished_ = true;
    return {};
  }
  SetQuestion& question = attempt_->question();
  const std::size_t rows = question.samples.size();
  if (answered_ == 0) {
    fooled_.resize(rows);
    losses_.resize(question.loss ? rows : 0);
    slopes_.resize(question.loss ? rows * features_ : 0);
  }
  const std::size_t count = std::min(rows_at_once, rows - answered_);
  std::vector<Question> questions(count);
  std::vector<Asked> asked;
  for (std::size_t i = 0; i < count; ++i) {
    questions[i].points = question.points.subspan((answered_ + i) * features_, features_);
    questions[i].loss = question.loss;
    asked.push_back({&questions[i], &criteria_[question.samples[answered_ + i]]});
  }
  MLSEC_TRY_VOID(evaluation_.answer(*model_, asked, question.kind, {static_cast<std::uint64_t>(options_.seed)}));
  queries_ += static_cast<std::int64_t>(count);
  if (question.kind == Question::Kind::gradient) gradients_ += static_cast<std::int64_t>(count);
  if (question.kind == Question::Kind::jacobian) gradients_ += static_cast<std::int64_t>(classes_);
  for (std::size_t i = 0; i < count; ++i, ++answered_) {
    fooled_[answered_] = questions[i].answer.adversarial;
    if (!question.loss) continue;
    losses_[answered_] = questions[i].losses[0];
    std::copy(questions[i].derivatives.begin(), questions[i].derivatives.end(),
              slopes_.begin() + static_cast<std::ptrdiff_t>(answered_ * features_));
  }
  if (answered_ < rows) return {};
  answered_ = 0;
  question.answer = {fooled_, losses_, slopes_};
  if (question.kind == Question::Kind::jacobian) questions[0].read(question.jacobian);
  question.waiting.resume();
  if (task_->done()) {
    finished_ = true;
    (void)task_->take();
  }
  return {};
}

bool SetAttackJob::is_exhausted() const {
  return (options_.maximum_queries && queries_ >= *options_.maximum_queries) ||
         (options_.maximum_gradients && gradients_ >= *options_.maximum_gradients) ||
         (options_.maximum_seconds && since_start_.seconds() > *options_.maximum_seconds);
}

SetAttackResult SetAttackJob::result() const {
  SetAttackResult result;
  result.shape = program_->pattern_shape(model_->input());
  result.form = program_->pattern_form();
  result.samples = counted_;
  result.queries = queries_;
  result.gradients = gradients_;
  result.exhausted = exhausted_;
  if (attempt_) {
    result.pattern = attempt_->best();
    result.fooled = attempt_->best_fooled();
  }
  return result;
}

}  // namespace mlsec::attacks
