// Any gradient attack on a model that gives no gradients.
#pragma once

#include <memory>

#include "attacks/program.hpp"

namespace mlsec::attacks {

/// An attack whose questions for gradients and Jacobians are answered by differences of scores: with two points for
/// each feature that can change along each of them, else along random signs of all at once (Spall, 1992; Uesato et al.,
/// 2018, section 4), whose mean is the gradient. Chained behind the loss's own slope, so that any loss of logits will
/// do. Each point is a query; there are no gradients.
class EstimatedGradients final : public Program {
 public:
  /// `step` is relative to the width of the model's bounds. The points keep to the attempt's box.
  EstimatedGradients(std::unique_ptr<Program> program, int samples, double step);

  std::string_view id() const override { return program_->id(); }
  const Traits& traits() const override { return traits_; }
  threat::Norm norm() const override { return program_->norm(); }
  std::optional<double> epsilon() const override { return program_->epsilon(); }
  Result<void> check_samples(std::size_t rows, std::size_t features) const override {
    return program_->check_samples(rows, features);
  }
  Task<Point> run(Attempt& attempt) const override;
  std::unique_ptr<Program> copy() const override;
  void* options() override { return program_->options(); }
  std::optional<double>* epsilon_option() override { return program_->epsilon_option(); }

 private:
  std::unique_ptr<Program> program_;
  Traits traits_;
  int samples_;
  double step_;
};

}  // namespace mlsec::attacks
