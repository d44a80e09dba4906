// A classifier that lives elsewhere: a JavaScript function, a remote service. Its answers arrive through the job that
// asked (attacks/driver.hpp); forward() refuses.
#pragma once

#include "model/model.hpp"

namespace mlsec::model {

/// How the callback's numbers are to be read.
enum class CallbackOutput { logits, probabilities, labels };
constexpr std::array<std::string_view, 3> enum_names(CallbackOutput) { return {"logits", "probabilities", "labels"}; }

class CallbackModel final : public Model {
 public:
  CallbackModel(InputSpecification input, OutputSpecification output, CallbackOutput kind)
      : input_(std::move(input)), output_(std::move(output)), kind_(kind) {}

  const InputSpecification& input() const override { return input_; }
  const OutputSpecification& output() const override { return output_; }
  Capabilities capabilities() const override {
    return {.scores = kind_ != CallbackOutput::labels, .gradient = false, .activations = false, .external = true};
  }
  const std::string& name() const override { return name_; }
  Result<std::unique_ptr<Pass>> forward(const Batch& batch, RandomKey key) override;

  /// Checks an answer for `rows` rows and turns it into logits, rows x classes: probabilities become their logarithm,
  /// a label the row that is 1 there and 0 elsewhere.
  Result<std::vector<float>> logits_from(std::span<const float> answer, std::size_t rows) const;

 private:
  std::string name_ = "callback";
  InputSpecification input_;
  OutputSpecification output_;
  CallbackOutput kind_;
};

}  // namespace mlsec::model
