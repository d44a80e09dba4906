#include "attacks/input_gradient.hpp"

#include <algorithm>

#include "attacks/loss.hpp"
#include "attacks/program.hpp"
#include "nn/loss.hpp"

namespace mlsec::attacks {

namespace {

float differentiate(DifferentiatedLoss loss, std::span<const float> logits, std::size_t label,
                    std::span<float> cotangent) {
  if (loss == DifferentiatedLoss::cross_entropy)
    return CrossEntropy()(logits, {.label = label, .target = std::nullopt}, cotangent);
  if (loss == DifferentiatedLoss::margin) return Margin()(logits, {.label = label, .target = std::nullopt}, cotangent);
  std::fill(cotangent.begin(), cotangent.end(), 0.0f);
  cotangent[label] = 1;
  return logits[label];
}

}  // namespace

Result<InputGradient> input_gradient(model::Model& model, const model::Batch& inputs, const GradientOptions& options) {
  const std::size_t rows = inputs.rows, classes = model.output().classes;
  if (!model.capabilities().gradient) return model::lacks("gradient");
  MLSEC_TRY_VOID(check_per_sample(options, rows, model.input().shape.count()));
  MLSEC_TRY_VOID(check_classes(options.labels, "labels", classes));
  if (options.loss == DifferentiatedLoss::margin && classes < 2)
    return Error{ErrorCode::unsupported, "loss", "loss: the margin needs a model of at least two classes."};

  MLSEC_TRY(const auto pass, model.forward(inputs, {}));
  InputGradient result;
  std::vector<float> cotangents(rows * classes);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto logits = pass->outputs().subspan(row * classes, classes);
    const int label = options.labels ? (*options.labels)[row] : static_cast<int>(nn::largest(logits));
    const auto cotangent = std::span(cotangents).subspan(row * classes, classes);
    result.labels.push_back(label);
    result.losses.push_back(differentiate(options.loss, logits, static_cast<std::size_t>(label), cotangent));
  }
  MLSEC_TRY(auto gradients, pass->backward(cotangents, {true, model::WeightGradients::none, std::nullopt}));
  result.gradients = std::move(gradients.inputs);
  return result;
}

}  // namespace mlsec::attacks
