// Questions of many samples answered by one evaluation of the model.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "attacks/attempt.hpp"
#include "base/result.hpp"
#include "model/model.hpp"

namespace mlsec::attacks {

/// A question and the criterion under which its loss is meant.
struct Asked {
  Question* question;
  const threat::Criterion* criterion;
};

/// How many rows one evaluation may have for questions of this kind, so that a Jacobian of many classes stays in
/// memory.
std::size_t row_limit(Question::Kind kind, std::size_t classes, std::size_t features);

class Evaluation {
 public:
  /// All rows of the questions, one after another; valid until the next call.
  std::span<const float> gather(std::span<const Asked> asked);

  /// Evaluates the rows of questions of one kind and leaves in each question what the model says of them. The answers
  /// are valid until the next call.
  Result<void> answer(model::Model& model, std::span<const Asked> asked, Question::Kind kind, model::RandomKey key);

 private:
  /// Losses and their gradients; all losses are of the same layer.
  Result<void> differentiate(model::Model& model, std::span<const Asked> asked, std::size_t features);

  std::vector<float> points_, cotangents_, losses_;
  std::vector<std::uint8_t> adversarial_;
  std::unique_ptr<model::Pass> pass_;
  Tensor derivatives_;
};

/// Fills the part of an answer that follows from the logits, rows x classes; `adversarial` has a place for each row.
void fill_answer(const Asked& asked, std::span<const float> logits, std::size_t classes,
                 std::span<std::uint8_t> adversarial);

}  // namespace mlsec::attacks
