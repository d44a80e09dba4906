// Batch normalisation (Ioffe and Szegedy, 2015, arXiv:1502.03167): each channel is shifted and scaled to mean 0 and
// variance 1, then scaled and shifted as learned.
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

/// Channels are the last axis. A pass in training takes mean and variance over all rows and pixels of the call: over
/// the chunk of a batch, where a batch is cut ("ghost" batch normalisation, Hoffer et al., 2017, arXiv:1705.08741). All
/// other passes, and those with one value a channel only, take the running ones.
class BatchNorm final : public Operation {
 public:
  static constexpr std::string_view public_id = "batchNorm";
  static constexpr std::string_view summary =
      "Gives each channel mean 0 and variance 1 over a batch, then a learned scale and shift: deep networks train "
      "faster.";
  struct Options {
    double momentum = 0.1;
    double epsilon = 1e-5;
    static constexpr auto schema() {
      return mlsec::schema(
          field("momentum", &Options::momentum,
                "How far the running mean and variance, used outside training, move towards those of each batch.")
              .range(0, 1)
              .for_experts(),
          field("epsilon", &Options::epsilon, "Added to variances, so that none is zero.")
              .range(1e-8, 1)
              .for_experts());
    }
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"BatchNormalization"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit BatchNorm(const Options& options) : options_(options) {}

  /// Scale, shift, running mean and running variance, one number a channel each.
  BatchNorm(const Options& options, std::array<Tensor, 4> values);

  std::string_view id() const override { return public_id; }
  bool element_wise() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  std::span<Parameter> parameters() override { return parameters_; }
  /// Mean and shift 0, variance and scale 1.
  void initialise(Random& random) override;
  bool piecewise_affine() const override { return true; }  // outside training
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  /// What a pass in training measured: the mean, and the variance divided by one less than the values of a channel.
  Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> add_squared_norms(const BackwardCall& call, float* norms) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> interval(const IntervalCall& call) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  void set_parameters(std::array<Tensor, 4> values);
  const float* value(std::size_t which) const { return parameters_[which].value.data(); }

  /// Whether mean and variance are those of the call's own rows.
  bool measures(bool training, std::size_t rows) const { return training && rows * pixels_ > 1; }

  /// Gradients to scale and shift over some rows of the call.
  void gradients_of(const BackwardCall& call, std::size_t first_row, std::size_t rows, float* scale,
                    float* shift) const;

  Options options_;
  std::size_t channels_ = 0, pixels_ = 0;
  std::vector<Parameter> parameters_;
};

}  // namespace mlsec::nn
