// Runs an attack on a set: asks the model its questions, a few milliseconds at a time, counts, and keeps budgets.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "attacks/evaluation.hpp"
#include "attacks/set_attack_options.hpp"
#include "attacks/set_program.hpp"
#include "base/job.hpp"
#include "base/stopwatch.hpp"
#include "model/model.hpp"

namespace mlsec::attacks {

struct SetAttackResult {
  std::span<const float> pattern;  // the best so far
  Shape shape;
  std::string_view form;     // of a patch
  std::size_t samples = 0;   // those that count: with a target, those that were not taken for it anyway
  std::size_t fooled = 0;    // of these, by the pattern
  std::int64_t queries = 0;  // rows evaluated, without the samples as they are
  std::int64_t gradients = 0;
  bool exhausted = false;  // it ended for a budget
};

class SetAttackJob final : public Job {
 public:
  /// `inputs` is rows x input shape. Refuses inputs, models or options that do not fit the attack.
  static Result<std::unique_ptr<SetAttackJob>> start(std::shared_ptr<model::Model> model, Tensor inputs,
                                                     std::unique_ptr<SetProgram> program, SetAttackOptions options);

  Result<JobState> step(double milliseconds) override;

  /// At any time; the spans are valid until the next step.
  SetAttackResult result() const;

 private:
  SetAttackJob(std::shared_ptr<model::Model> model, Tensor inputs, std::unique_ptr<SetProgram> program,
               SetAttackOptions options);

  Result<void> look();
  Result<void> answer_some();
  bool is_exhausted() const;

  std::shared_ptr<model::Model> model_;
  Tensor inputs_;
  std::unique_ptr<SetProgram> program_;
  SetAttackOptions options_;
  std::size_t features_, classes_;

  std::vector<threat::Criterion> criteria_;
  std::size_t looked_ = 0, counted_ = 0;  // samples whose clean answer is known, and those kept of them
  std::optional<SetAttempt> attempt_;
  std::optional<Task<Finished>> task_;
  bool finished_ = false, exhausted_ = false;
  std::int64_t queries_ = 0, gradients_ = 0;
  Stopwatch since_start_;

  Evaluation evaluation_;
  std::size_t answered_ = 0;  // rows of the present question
  std::vector<std::uint8_t> fooled_;
  std::vector<float> losses_, slopes_;
};

}  // namespace mlsec::attacks
