#include "attacks/driver.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>

#include "attacks/estimated_gradients.hpp"
#include "attacks/feature_rules.hpp"
#include "attacks/features.hpp"
#include "attacks/loss.hpp"
#include "attacks/rounding.hpp"
#include "base/text.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

constexpr std::size_t samples_in_work = 64;
constexpr std::size_t largest_evaluation = 256;  // rows
constexpr double milliseconds_an_evaluation = 10;
constexpr std::size_t longest_trajectory = 1000;  // points

bool same_bytes(std::span<const float> a, std::span<const float> b) {
  return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size_bytes()) == 0;
}

Error refuse(ErrorCode code, std::string field, std::string message) {
  return {code, std::move(field), std::move(message)};
}

Result<void> check_capabilities(const model::Model& model, const Program& program) {
  const model::Capabilities capabilities = model.capabilities();
  const std::string id(program.id());
  if (program.traits().needs == Needs::gradients && !capabilities.gradient)
    return refuse(
        ErrorCode::unsupported, "method",
        sentence(
            {"The method ", id,
             " needs gradients, which this model does not give; a method that needs only labels or scores will do, or ",
             "the option gradient: \"estimated\"."}));
  if (program.traits().needs == Needs::scores && !capabilities.scores)
    return refuse(
        ErrorCode::unsupported, "method",
        sentence({"The method ", id,
                  " needs scores, but this model gives only labels; a method that needs only labels will do."}));
  if (program.traits().activations && !capabilities.activations)
    return refuse(ErrorCode::unsupported, "method",
                  sentence({"The method ", id, " looks at inner layers, which this model does not show."}));
  if (program.traits().images_only && model.input().kind != model::InputKind::image)
    return refuse(ErrorCode::unsupported, "method",
                  sentence({"The method ", id, " changes images, but this model's inputs are vectors."}));
  return {};
}

}  // namespace

/// One sample on its way through the driver.
struct AttackJob::Run {
  enum class Stage { clean, attacking, checking, checking_rounded };

  explicit Run(threat::Box allowed) : box(std::move(allowed)) {}

  std::size_t row = 0;
  std::span<const float> original;
  threat::Box box;
  threat::Criterion criterion;
  Stage stage = Stage::clean;
  std::unique_ptr<Attempt> attempt;
  std::optional<Task<Point>> task;
  std::uint32_t restart = 0;
  Question own;     // the driver's questions: the clean prediction, the check of a result
  Point candidate;  // being checked
  Point valid;      // what the model is asked about in the place of what the attack asks
  bool succeeded = false;
  Point best;  // the best adversarial point so far, and what the model says of it
  std::size_t best_label = 0;
  double best_distance = std::numeric_limits<double>::infinity();
  std::size_t candidate_label = 0;
  RoundingSearch rounding;
  Point rounded;  // of what has been rounded, what is returned
  bool rounded_succeeds = false;
  bool given_up = false;
  bool finished = false;
  SampleReport report;

  Question& question() { return stage == Stage::attacking ? attempt->question() : own; }

  Asked asked() { return {&question(), &criterion}; }

  void ask(std::span<const float> point) {
    own = {};
    own.kind = Question::Kind::outputs;
    own.points = point;
  }
};

AttackJob::AttackJob(std::shared_ptr<model::Model> model, Tensor inputs, std::unique_ptr<Program> program,
                     AttackOptions options, std::uint64_t first_sample, bool judged)
    : model_(std::move(model)),
      inputs_(std::move(inputs)),
      program_(std::move(program)),
      options_(std::move(options)),
      first_sample_(first_sample),
      rows_(inputs_.size() / model_->input().shape.count()),
      features_(model_->input().shape.count()),
      classes_(model_->output().classes),
      minimum_norm_(program_->traits().goal == Goal::minimum_norm || options_.epsilon_search > 0),
      epsilon_(program_->epsilon()),
      bounds_(threat::Box::uniform(features_, model_->input().lower, model_->input().upper)),
      judged_(judged) {
  result_.adversarials = Tensor(model_->input().shape.with_rows(static_cast<std::int64_t>(rows_)));
  result_.samples.resize(rows_);
  result_.labels_from_model = !options_.labels;
}

AttackJob::~AttackJob() = default;

Result<std::unique_ptr<AttackJob>> AttackJob::start(std::shared_ptr<model::Model> model, Tensor inputs,
                                                    std::unique_ptr<Program> program, AttackOptions options,
                                                    std::uint64_t first_sample, bool judged) {
  const std::size_t features = model->input().shape.count(), classes = model->output().classes;
  MLSEC_CHECK(features > 0 && inputs.size() % features == 0);
  const std::size_t rows = inputs.size() / features;
  MLSEC_TRY_VOID(model::check_inputs(model->input(), inputs.values()));
  if (options.gradient == GradientSource::estimated && has_discrete(options))
    return refuse(ErrorCode::unsupported, "gradient",
                  "gradient: slopes along whole numbers and groups of features cannot be estimated.");
  if (options.gradient == GradientSource::estimated && program->traits().activations)
    return refuse(ErrorCode::unsupported, "gradient",
                  "The gradients of inner layers cannot be estimated from the model's scores.");
  if (options.gradient == GradientSource::estimated && program->traits().needs == Needs::gradients)
    program = std::make_unique<EstimatedGradients>(std::move(program), options.gradient_samples, options.gradient_step);
  MLSEC_TRY_VOID(check_capabilities(*model, *program));
  MLSEC_TRY_VOID(check_per_sample(options, rows, features));
  MLSEC_TRY_VOID(program->check_samples(rows, features));
  MLSEC_TRY_VOID(check_classes(options.labels, "labels", classes));
  MLSEC_TRY_VOID(check_classes(options.targets, "targets", classes));
  MLSEC_TRY_VOID(check_feature_rules(options, inputs.values(), features));
  if (static_cast<std::size_t>(options.top) >= classes)
    return refuse(ErrorCode::out_of_range, "topK",
                  sentence({"topK is ", options.top, ", but the model has ", classes, " classes."}));
  const std::string id(program->id());
  if (options.targets && !program->traits().targeted)
    return refuse(ErrorCode::unsupported, "targets", sentence({"The method ", id, " cannot aim at a target."}));
  if (options.aim != Aim::any_wrong_class && (options.targets || !program->traits().targeted))
    return refuse(ErrorCode::unsupported, "aim",
                  options.targets ? "aim is for samples without targets."
                                  : sentence({"The method ", id, " cannot aim at a class."}));
  if (options.targets && options.labels)
    for (std::size_t i = 0; i < rows; ++i)
      if ((*options.targets)[i] == (*options.labels)[i]) {
        const std::string place = "targets[" + std::to_string(i) + "]";
        return refuse(ErrorCode::out_of_range, place, sentence({place, " is the sample's own label."}));
      }
  if (options.epsilon_search > 0 && !program->epsilon())
    return refuse(ErrorCode::unsupported, "epsilonSearch",
                  sentence({"The method ", id, " has no epsilon to search: it already minimises the perturbation."}));
  return std::unique_ptr<AttackJob>(
      new AttackJob(std::move(model), std::move(inputs), std::move(program), std::move(options), first_sample, judged));
}

Result<JobState> AttackJob::step(double milliseconds) {
  const Stopwatch since_step;
  const bool external = model_->capabilities().external;
  while (finished_ < rows_) {
    if (!query_.empty() || !unjudged_.empty()) return JobState{JobState::Kind::waiting, finished_, rows_};
    if (options_.maximum_seconds && since_start_.seconds() > *options_.maximum_seconds) {
      // What is still in work or waiting gets its clean prediction, and is then given up.
      for (auto& run : active_)
        if (run->stage != Run::Stage::clean) give_up(*run);
    }
    admit();
    const double left = milliseconds - since_step.milliseconds();
    const double slice = std::clamp(left, 1.0, milliseconds_an_evaluation);
    if (external) {
      asked_ = next_batch(Question::Kind::outputs, largest_evaluation);
      const auto rows = evaluation_.gather(asked_of(asked_));
      query_.assign(rows.begin(), rows.end());
    } else {
      for (Question::Kind kind : {Question::Kind::jacobian, Question::Kind::gradient, Question::Kind::outputs}) {
        const double cost = milliseconds_a_row_[static_cast<std::size_t>(kind)];
        const auto fitting = cost > 0 ? static_cast<std::size_t>(slice / cost) : std::size_t{8};
        const std::size_t limit = std::min(largest_evaluation, row_limit(kind, classes_, features_));
        const auto batch = next_batch(kind, std::clamp<std::size_t>(fitting, 1, limit));
        if (!batch.empty()) MLSEC_TRY_VOID(evaluate(batch, kind));
        if (!unjudged_.empty()) break;  // what was evaluated must stay until it is judged
      }
    }
    std::erase_if(active_, [](const auto& run) { return run->finished; });
    if (since_step.milliseconds() >= milliseconds) break;
  }
  return JobState{finished_ == rows_                    ? JobState::Kind::done
                  : query_.empty() && unjudged_.empty() ? JobState::Kind::running
                                                        : JobState::Kind::waiting,
                  finished_, rows_};
}

void AttackJob::answer(std::span<const float> logits) {
  MLSEC_CHECK(logits.size() * features_ == query_.size() * classes_);
  const std::vector<Run*> batch = std::move(asked_);
  asked_.clear();
  query_.clear();
  logits_.assign(logits.begin(), logits.end());
  adversarial_.resize(logits.size() / classes_);
  std::size_t row = 0;
  for (Run* run : batch) {
    const std::size_t rows = run->question().points.size() / features_;
    fill_answer(run->asked(), std::span<const float>(logits_).subspan(row * classes_, rows * classes_), classes_,
                std::span(adversarial_).subspan(row, rows));
    row += rows;
  }
  deliver(batch);
  std::erase_if(active_, [](const auto& run) { return run->finished; });
}

std::optional<AttackJob::Judgement> AttackJob::judgement() const {
  if (unjudged_.empty()) return std::nullopt;
  Judgement judgement;
  for (Run* run : unjudged_) {
    const Question& question = run->question();
    judgement.points.insert(judgement.points.end(), question.points.begin(), question.points.end());
    judgement.logits.insert(judgement.logits.end(), question.answer.all_logits.begin(),
                            question.answer.all_logits.end());
    judgement.samples.insert(judgement.samples.end(), question.adversarial.size(),
                             static_cast<std::int32_t>(first_sample_ + run->row));
  }
  return judgement;
}

void AttackJob::judge(std::span<const std::uint8_t> verdicts) {
  const std::vector<Run*> batch = std::move(unjudged_);
  unjudged_.clear();
  for (Run* run : batch) {
    Question& question = run->question();
    std::copy_n(verdicts.begin(), question.adversarial.size(), question.adversarial.begin());
    question.answer.adversarial = question.adversarial[0] != 0;
    verdicts = verdicts.subspan(question.adversarial.size());
  }
  for (Run* run : batch) deliver(*run);
  std::erase_if(active_, [](const auto& run) { return run->finished; });
}

// Delivers answers, or leaves them until the caller has judged them.
void AttackJob::deliver(std::span<Run* const> batch) {
  const auto is_judged = [&](Run* run) { return judged_ && run->question().role == Role::candidate; };
  unjudged_.clear();
  std::copy_if(batch.begin(), batch.end(), std::back_inserter(unjudged_), is_judged);
  for (Run* run : batch)
    if (!is_judged(run)) deliver(*run);
}

void AttackJob::admit() {
  while (active_.size() < samples_in_work && next_row_ < rows_) {
    const std::size_t row = next_row_++;
    const auto original = inputs_.values().subspan(row * features_, features_);
    auto run = std::make_unique<Run>(narrows(options_) ? box_of(options_, model_->input(), row, original) : bounds_);
    run->row = row;
    run->original = original;
    run->criterion.top = static_cast<std::size_t>(options_.top);
    run->criterion.probability = options_.least_probability;
    run->ask(run->original);
    active_.push_back(std::move(run));
  }
}

std::vector<AttackJob::Run*> AttackJob::next_batch(Question::Kind kind, std::size_t row_limit) {
  std::vector<Run*> batch;
  std::size_t rows = 0;
  for (auto& run : active_) {
    const Question& question = run->question();
    if (run->finished || question.kind != kind) continue;
    // One evaluation has losses of one layer.
    if (kind == Question::Kind::gradient && !batch.empty() && question.loss->layer != batch[0]->question().loss->layer)
      continue;
    rows += question.points.size() / features_;
    if (rows > row_limit && !batch.empty()) break;
    batch.push_back(run.get());
  }
  // Whoever was not served comes first next time.
  if (!batch.empty() && batch.size() < active_.size()) {
    const auto last =
        std::find_if(active_.begin(), active_.end(), [&](const auto& run) { return run.get() == batch.back(); });
    std::rotate(active_.begin(), last + 1, active_.end());
  }
  return batch;
}

std::vector<Asked> AttackJob::asked_of(std::span<Run* const> batch) const {
  std::vector<Asked> asked;
  for (Run* run : batch) asked.push_back(run->asked());
  return asked;
}

Result<void> AttackJob::evaluate(std::span<Run* const> batch, Question::Kind kind) {
  const Stopwatch stopwatch;
  const auto asked = asked_of(batch);
  MLSEC_TRY_VOID(evaluation_.answer(*model_, asked, kind, {static_cast<std::uint64_t>(options_.seed)}));
  std::size_t values = 0;
  for (const Asked& each : asked) values += each.question->points.size();
  const double measured = stopwatch.milliseconds() * static_cast<double>(features_) / static_cast<double>(values);
  double& cost = milliseconds_a_row_[static_cast<std::size_t>(kind)];
  cost = cost == 0 ? measured : 0.7 * cost + 0.3 * measured;
  deliver(batch);
  return {};
}

void AttackJob::deliver(Run& run) {
  Question& question = run.question();
  if (run.stage != Run::Stage::clean) {
    const auto rows = static_cast<std::int64_t>(question.points.size() / features_);
    run.report.queries += rows;
    if (question.kind == Question::Kind::gradient) run.report.gradients += rows;
    if (question.kind == Question::Kind::jacobian) run.report.gradients += static_cast<std::int64_t>(classes_);
  }
  question.kind = Question::Kind::none;
  if (run.stage != Run::Stage::attacking) {
    advance(run);
    return;
  }
  if (question.role == Role::candidate) {
    if (narrows(options_)) judge_by_rules(run);
    consider(run, question);
  }
  if ((options_.maximum_queries && run.report.queries >= *options_.maximum_queries) ||
      (options_.maximum_gradients && run.report.gradients >= *options_.maximum_gradients)) {
    give_up(run);
    return;
  }
  question.waiting.resume();
  after_resume(run);
}

// Remembers the best adversarial point the attack has visited.
void AttackJob::consider(Run& run, const Question& question) {
  if (options_.trajectory) {
    const auto visited = question.points.first(features_);
    latest_.assign(visited.begin(), visited.end());
    latest_row_ = run.row;
    if (run.report.margins.size() < longest_trajectory) {
      run.report.trajectory.insert(run.report.trajectory.end(), visited.begin(), visited.end());
      std::vector<float> unused(classes_);
      run.report.margins.push_back(classes_ > 1 ? Margin()(question.answer.logits, run.criterion, unused) : 0);
    }
  }
  if (!minimum_norm_ && run.succeeded) return;
  const std::size_t rows = question.points.size() / features_;
  for (std::size_t row = 0; row < rows; ++row) {
    const auto logits = question.answer.all_logits.subspan(row * classes_, classes_);
    if (!question.answer.all_adversarial[row]) continue;
    const auto point = question.points.subspan(row * features_, features_);
    if (!within_budget(run, point)) continue;
    const double distance = threat::distances(run.original, point).in(program_->norm());
    if (distance >= run.best_distance) continue;
    run.succeeded = true;
    run.best.assign(point.begin(), point.end());
    run.best_label = nn::largest(logits);
    run.best_distance = distance;
    if (!minimum_norm_) return;
  }
}

bool AttackJob::within_budget(const Run& run, std::span<const float> point) const {
  if (!run.box.contains(point)) return false;
  return !epsilon_ || threat::distances(run.original, point).in(program_->norm()) <= *epsilon_;
}

// What follows the answer to one of the driver's own questions.
void AttackJob::advance(Run& run) {
  const Answer& answer = run.own.answer;
  const bool adversarial = answer.adversarial;
  const std::size_t label = answer.label;
  switch (run.stage) {
    case Run::Stage::clean: {
      const std::size_t truth = options_.labels ? static_cast<std::size_t>((*options_.labels)[run.row]) : label;
      run.criterion.label = truth;
      if (options_.targets) run.criterion.target = static_cast<std::size_t>((*options_.targets)[run.row]);
      if (options_.aim == Aim::least_likely)
        run.criterion.target = static_cast<std::size_t>(std::min_element(answer.logits.begin(), answer.logits.end()) -
                                                        answer.logits.begin());
      run.report.label = truth;
      run.report.target = run.criterion.target;
      run.report.clean_prediction = run.report.prediction = label;
      const bool wrong = run.criterion.target ? label != truth : run.criterion.holds(answer.logits);
      if (judged_ ? adversarial : wrong) {
        record(run, Status::already_misclassified, run.original);
      } else if (!judged_ && run.criterion.holds(answer.logits)) {
        record(run, Status::success, run.original);  // the target is the model's own answer already
      } else if (options_.maximum_seconds && since_start_.seconds() > *options_.maximum_seconds) {
        give_up(run);
      } else {
        begin_try(run);
      }
      return;
    }
    case Run::Stage::checking:
      run.candidate_label = label;
      if (adversarial) {
        run.succeeded = true;
        run.best = run.candidate;
        run.best_label = label;
      }
      end_try(run);
      return;
    case Run::Stage::checking_rounded:
      take_rounded(run);
      return;
    case Run::Stage::attacking:
      MLSEC_CHECK(false);
  }
}

void AttackJob::begin_try(Run& run) {
  run.task.reset();
  run.attempt = std::make_unique<Attempt>(Attempt::Place{
      .original = run.original,
      .criterion = run.criterion,
      .input = &model_->input(),
      .box = run.box,
      .seed = static_cast<std::uint64_t>(options_.seed),
      .sample = first_sample_ + run.row,
      .row = run.row,
      .restart = run.restart,
  });
  run.stage = Run::Stage::attacking;
  run.task.emplace(options_.epsilon_search > 0 ? smallest_epsilon(*run.attempt) : program_->run(*run.attempt));
  run.task->start();
  after_resume(run);
}

void AttackJob::after_resume(Run& run) {
  if (!run.task->done()) {
    const Question& question = run.attempt->question();
    MLSEC_CHECK(question.kind != Question::Kind::none);
    if (over_budget(run, question))
      give_up(run);
    else if (narrows(options_) && question.role == Role::candidate)
      keep_to_rules(run);
    return;
  }
  Point point = run.task->take();
  // A minimum-norm attack has asked about every point it would return; the best of them is known.
  if (minimum_norm_)
    end_try(run);
  else
    check(run, std::move(point));
}

bool AttackJob::over_budget(const Run& run, const Question& question) const {
  const auto rows = static_cast<std::int64_t>(question.points.size() / features_);
  const std::int64_t gradients = question.kind == Question::Kind::gradient   ? rows
                                 : question.kind == Question::Kind::jacobian ? static_cast<std::int64_t>(classes_)
                                                                             : 0;
  return (options_.maximum_queries && run.report.queries + rows > *options_.maximum_queries) ||
         (options_.maximum_gradients && run.report.gradients + gradients > *options_.maximum_gradients);
}

// However an attack moves, the model is asked about valid points only.
void AttackJob::keep_to_rules(Run& run) {
  Question& question = run.attempt->question();
  run.valid.assign(question.points.begin(), question.points.end());
  run.box.clip(run.valid);
  for (std::size_t first = 0; first < run.valid.size(); first += features_)
    make_valid(options_, run.box, run.original, std::span(run.valid).subspan(first, features_));
  question.points = run.valid;
}

// Features that cannot move have no slope; and the valid point that stands for one within the budget may lie outside.
void AttackJob::judge_by_rules(Run& run) {
  Question& question = run.attempt->question();
  for (std::size_t first = 0; first < question.derivatives.size(); first += features_)
    for (std::size_t i = 0; i < features_; ++i)
      if (run.box.lower()[i] == run.box.upper()[i]) question.derivatives[first + i] = 0;
  for (std::size_t row = 0; row < question.adversarial.size(); ++row)
    if (question.adversarial[row] && !within_budget(run, question.points.subspan(row * features_, features_)))
      question.adversarial[row] = 0;
  question.answer.adversarial = question.adversarial[0] != 0;
}

// All others end where they have not looked yet: make sure of the budget and the box, then ask.
void AttackJob::check(Run& run, Point point) {
  if (epsilon_)
    threat::Ball(run.original, program_->norm(), *epsilon_, run.box).project(point);
  else
    run.box.clip(point);
  make_valid(options_, run.box, run.original, point);
  if (!within_budget(run, point)) point.assign(run.original.begin(), run.original.end());
  if (run.succeeded && same_bytes(point, run.best)) {
    end_try(run);
    return;
  }
  run.candidate = std::move(point);
  run.stage = Run::Stage::checking;
  run.ask(run.candidate);
}

void AttackJob::end_try(Run& run) {
  const bool enough = run.succeeded && !minimum_norm_;
  ++run.restart;
  if (enough || run.restart >= static_cast<std::uint32_t>(options_.restarts))
    finish(run);
  else
    begin_try(run);
}

void AttackJob::give_up(Run& run) {
  run.given_up = true;
  finish(run);
}

void AttackJob::finish(Run& run) {
  run.task.reset();
  if (!run.succeeded) {
    const Status status = run.given_up ? Status::budget_exhausted : Status::failed;
    const bool has_candidate =
        !minimum_norm_ && run.candidate.size() == features_ && run.stage == Run::Stage::checking && !run.given_up;
    run.report.prediction = has_candidate ? run.candidate_label : run.report.clean_prediction;
    record(run, status, has_candidate ? std::span<const float>(run.candidate) : run.original);
    return;
  }
  run.report.prediction = run.best_label;
  if (options_.representable) {
    round_candidate(run);
    if (!same_bytes(run.candidate, run.best)) {
      run.stage = Run::Stage::checking_rounded;
      run.ask(run.candidate);
      return;
    }
  }
  record(run, Status::success, run.best);
}

void AttackJob::round_candidate(Run& run) {
  const auto& input = model_->input();
  run.candidate = run.best;
  interpolate(run.candidate, run.original, run.best, run.rounding.multiple());
  run.box.clip(run.candidate);
  round_to_levels(run.original, run.candidate, *options_.representable, input.lower, input.upper, run.box);
  keep_discrete(options_, run.best, run.candidate);
}

// A failure reports the perturbation rounded as it is.
void AttackJob::take_rounded(Run& run) {
  const bool adversarial = run.own.answer.adversarial && within_budget(run, run.candidate);
  if (adversarial || run.rounding.multiple() == 1) {
    run.rounded = run.candidate;
    run.rounded_succeeds = adversarial;
    run.report.prediction = run.own.answer.label;
  }
  const bool may_ask = !run.given_up && !(options_.maximum_queries && run.report.queries >= *options_.maximum_queries);
  if (run.rounding.next(adversarial) && may_ask) {
    round_candidate(run);
    if (within_budget(run, run.candidate)) {
      run.ask(run.candidate);
      return;
    }
  }
  record(run,
         run.rounded_succeeds ? Status::success
         : run.given_up       ? Status::budget_exhausted
                              : Status::failed,
         run.rounded);
}

void AttackJob::record(Run& run, Status status, std::span<const float> point) {
  run.report.status = status;
  run.report.distances = threat::distances(run.original, point);
  std::memcpy(result_.adversarials.data() + run.row * features_, point.data(), point.size_bytes());
  result_.samples[run.row] = std::move(run.report);
  run.finished = true;
  ++finished_;
}

// Bisection between 0, which cannot succeed, and the epsilon of the options.
Task<Point> AttackJob::smallest_epsilon(Attempt& attempt) const {
  double low = 0, high = *epsilon_;
  Point best = attempt.start();
  double epsilon = high;
  for (int step = 0; step <= options_.epsilon_search; ++step) {
    const auto inner = program_->with_epsilon(epsilon);
    Point point = co_await inner->run(attempt);
    if ((co_await attempt.outputs(point)).adversarial) {
      best = std::move(point);
      high = epsilon;
    } else if (step == 0) {
      break;
    } else {
      low = epsilon;
    }
    epsilon = (low + high) / 2;
  }
  co_return best;
}

}  // namespace mlsec::attacks
