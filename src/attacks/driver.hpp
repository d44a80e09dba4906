// Runs an attack over many samples: gathers their questions into evaluations of the model, keeps bounds and budgets,
// checks success and reports.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "attacks/attack_options.hpp"
#include "attacks/evaluation.hpp"
#include "attacks/program.hpp"
#include "base/job.hpp"
#include "base/stopwatch.hpp"
#include "model/model.hpp"
#include "threat/box.hpp"
#include "threat/norm.hpp"

namespace mlsec::attacks {

enum class Status {
  success,                // the criterion holds at the returned input, which lies within the bounds and the budget
  failed,                 // it does not
  already_misclassified,  // the original is not given its label; it is returned unchanged
  budget_exhausted,       // given up for maxQueries, maxGradients or maxSeconds before success
};
constexpr std::array<std::string_view, 4> enum_names(Status) {
  return {"success", "failed", "already-misclassified", "budget-exhausted"};
}

struct SampleReport {
  Status status = Status::failed;
  std::size_t label = 0;
  std::optional<std::size_t> target;
  std::size_t clean_prediction = 0;
  std::size_t prediction = 0;  // of the returned input
  threat::Distances distances;
  std::int64_t queries = 0;  // rows evaluated for the attack and for checking its result, not the clean prediction
  std::int64_t gradients = 0;
  std::vector<float> trajectory;  // visited points, one after another
  std::vector<float> margins;     // at each: the largest other logit minus the label's, or the target's minus that
};

struct AttackResult {
  Tensor adversarials;  // rows x input shape
  std::vector<SampleReport> samples;
  bool labels_from_model = false;
};

class AttackJob final : public Job {
 public:
  /// `inputs` is rows x input shape. `first_sample` is the index of its first row among all samples of the user's
  /// call. Refuses inputs, labels, targets or options that do not fit the model. With `judged` the caller decides which
  /// points count as success.
  static Result<std::unique_ptr<AttackJob>> start(std::shared_ptr<model::Model> model, Tensor inputs,
                                                  std::unique_ptr<Program> program, AttackOptions options,
                                                  std::uint64_t first_sample, bool judged = false);
  ~AttackJob() override;

  Result<JobState> step(double milliseconds) override;

  /// While the state is `waiting`: the points an external model must answer, rows x features.
  std::span<const float> query() const { return query_; }

  /// Logits for query(), rows x classes.
  void answer(std::span<const float> logits);

  /// While the state is `waiting` and there is no query(): what the caller is to judge.
  struct Judgement {
    std::vector<float> points, logits;  // rows x features, rows x classes
    std::vector<std::int32_t> samples;  // one a row, counted over the user's call
  };
  std::optional<Judgement> judgement() const;

  /// One a row of judgement().
  void judge(std::span<const std::uint8_t> verdicts);

  const model::Model& model() const { return *model_; }

  /// With the option `trajectory`: the point visited last, and the row of its sample. Empty until there is one.
  std::span<const float> latest() const { return latest_; }
  std::size_t latest_row() const { return latest_row_; }

  /// Once done.
  const AttackResult& result() const { return result_; }

 private:
  struct Run;

  AttackJob(std::shared_ptr<model::Model> model, Tensor inputs, std::unique_ptr<Program> program, AttackOptions options,
            std::uint64_t first_sample, bool judged);

  void admit();
  std::vector<Run*> next_batch(Question::Kind kind, std::size_t row_limit);
  std::vector<Asked> asked_of(std::span<Run* const> batch) const;
  Result<void> evaluate(std::span<Run* const> batch, Question::Kind kind);
  void deliver(std::span<Run* const> batch);
  void deliver(Run& run);
  void keep_to_rules(Run& run);
  void judge_by_rules(Run& run);
  void consider(Run& run, const Question& question);
  void advance(Run& run);
  void begin_try(Run& run);
  void after_resume(Run& run);
  void check(Run& run, Point point);
  void end_try(Run& run);
  void give_up(Run& run);
  void finish(Run& run);
  void round_candidate(Run& run);
  void take_rounded(Run& run);
  void record(Run& run, Status status, std::span<const float> point);
  bool over_budget(const Run& run, const Question& question) const;
  bool within_budget(const Run& run, std::span<const float> point) const;
  Task<Point> smallest_epsilon(Attempt& attempt) const;

  std::shared_ptr<model::Model> model_;
  Tensor inputs_;
  std::unique_ptr<Program> program_;
  AttackOptions options_;
  std::uint64_t first_sample_;
  std::size_t rows_, features_, classes_;
  bool minimum_norm_;
  std::optional<double> epsilon_;
  threat::Box bounds_;  // of the model's inputs

  std::vector<std::unique_ptr<Run>> active_;
  std::size_t next_row_ = 0, finished_ = 0;
  AttackResult result_;
  Stopwatch since_start_;
  std::array<double, 4> milliseconds_a_row_{};  // by kind of question: measured; sizes the next evaluation

  bool judged_;
  std::vector<Run*> unjudged_;
  std::vector<float> logits_;              // an external model's last answer,
  std::vector<std::uint8_t> adversarial_;  // and whether the criterion holds, one a row
  Evaluation evaluation_;
  std::vector<float> query_;
  std::vector<float> latest_;
  std::size_t latest_row_ = 0;
  std::vector<Run*> asked_;  // those whose rows are in query_
};

}  // namespace mlsec::attacks
