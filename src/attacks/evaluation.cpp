#include "attacks/evaluation.hpp"

#include <algorithm>

#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

constexpr std::size_t largest_jacobian = std::size_t{1} << 22;  // floats

}  // namespace

std::size_t row_limit(Question::Kind kind, std::size_t classes, std::size_t features) {
  if (kind != Question::Kind::jacobian) return static_cast<std::size_t>(-1);
  return std::max<std::size_t>(1, largest_jacobian / (classes * features));
}

void fill_answer(const Asked& asked, std::span<const float> logits, std::size_t classes,
                 std::span<std::uint8_t> adversarial) {
  Answer& answer = asked.question->answer;
  asked.question->adversarial = adversarial;
  answer.all_logits = logits;
  answer.logits = logits.first(classes);
  answer.label = nn::largest(answer.logits);
  for (std::size_t row = 0; row < adversarial.size(); ++row)
    adversarial[row] = asked.criterion->holds(logits.subspan(row * classes, classes));
  answer.all_adversarial = adversarial;
  answer.adversarial = adversarial[0] != 0;
}

std::span<const float> Evaluation::gather(std::span<const Asked> asked) {
  points_.clear();
  for (const Asked& each : asked)
    points_.insert(points_.end(), each.question->points.begin(), each.question->points.end());
  return points_;
}

Result<void> Evaluation::answer(model::Model& model, std::span<const Asked> asked, Question::Kind kind,
                                model::RandomKey key) {
  const std::size_t features = model.input().shape.count(), classes = model.output().classes;
  const auto points = gather(asked);
  const std::size_t rows = points.size() / features;
  pass_.reset();  // its workspace serves the next pass
  MLSEC_TRY(pass_, model.forward(model::Batch::single(rows, points), key));
  const auto logits = pass_->outputs();
  losses_.assign(rows, 0.0f);
  adversarial_.resize(rows);
  std::size_t row = 0, width = 0;  // derivatives a row
  if (kind == Question::Kind::gradient) {
    MLSEC_TRY_VOID(differentiate(model, asked, features));
    width = features;
  } else if (kind == Question::Kind::jacobian) {
    MLSEC_TRY(derivatives_, pass_->jacobian());
    width = classes * features;
  }
  for (const Asked& each : asked) {
    Question& question = *each.question;
    const std::size_t count = question.points.size() / features;
    fill_answer(each, logits.subspan(row * classes, count * classes), classes,
                std::span(adversarial_).subspan(row, count));
    question.losses = std::span(losses_).subspan(row, count);
    question.derivatives = width > 0 ? derivatives_.values().subspan(row * width, count * width) : std::span<float>();
    row += count;
  }
  return {};
}

Result<void> Evaluation::differentiate(model::Model& model, std::span<const Asked> asked, std::size_t features) {
  auto values = pass_->outputs();
  std::optional<std::size_t> layer;
  if (const auto wanted = asked[0].question->loss->layer) {
    const int index = *wanted < 0 ? *wanted + static_cast<int>(model.layers().size()) : *wanted;
    layer = static_cast<std::size_t>(index);
    MLSEC_TRY(values, pass_->activation(*layer));
  }
  const std::size_t width = values.size() / losses_.size();
  cotangents_.resize(values.size());
  std::size_t row = 0;
  for (const Asked& each : asked)
    for (const std::size_t end = row + each.question->points.size() / features; row < end; ++row)
      losses_[row] = (*each.question->loss)(values.subspan(row * width, width), *each.criterion,
                                            std::span(cotangents_).subspan(row * width, width));
  MLSEC_TRY(auto gradients, pass_->backward(cotangents_, {true, model::WeightGradients::none, std::nullopt, layer}));
  derivatives_ = std::move(gradients.inputs);
  return {};
}

}  // namespace mlsec::attacks
