// How each sample's loss changes with its inputs: what attacks follow, asked for once.
#pragma once

#include <vector>

#include "attacks/attack_options.hpp"
#include "model/model.hpp"

namespace mlsec::attacks {

enum class DifferentiatedLoss { cross_entropy, logit, margin };
constexpr std::array<std::string_view, 3> enum_names(DifferentiatedLoss) {
  return {"cross-entropy", "logit", "margin"};
}

struct GradientOptions {
  std::optional<std::vector<int>> labels;
  DifferentiatedLoss loss = DifferentiatedLoss::cross_entropy;

  static constexpr auto schema() {
    return mlsec::schema(labels_field(&GradientOptions::labels),
                         field("loss", &GradientOptions::loss,
                               "What is differentiated: the cross-entropy, the label's own logit, or the margin, which "
                               "is the largest other logit minus the label's."));
  }
};

/// Arrays have one entry, or one row, for each sample.
struct InputGradient {
  Tensor gradients;
  std::vector<float> losses;
  std::vector<int> labels;  // those given, or the model's own
};

/// `inputs` holds whole samples that model::check_inputs accepts.
Result<InputGradient> input_gradient(model::Model& model, const model::Batch& inputs, const GradientOptions& options);

}  // namespace mlsec::attacks
