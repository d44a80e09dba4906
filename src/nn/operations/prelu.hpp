// ReLU with a learned slope for negative values (He et al., 2015, arXiv:1502.01852).
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operations/by_row.hpp"

namespace mlsec::nn {

/// One slope a channel, the last axis. The derivative at 0 is the slope.
class Prelu final : public WeightsByRow {
 public:
  static constexpr std::string_view public_id = "prelu";
  static constexpr std::string_view summary = "Shrinks negative values by a factor that each channel learns.";
  struct Options {
    double slope = 0.25;
    static constexpr auto schema() {
      return mlsec::schema(field("slope", &Options::slope, "Where the factors start.").range(-10, 10));
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"PRelu"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Prelu(const Options& options) : start_(static_cast<float>(options.slope)) {}
  explicit Prelu(Tensor slopes) : start_(0.25f) { parameters_.push_back({"slopes", std::move(slopes)}); }

  std::string_view id() const override { return public_id; }
  bool piecewise_affine() const override { return true; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void initialise(Random& random) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> interval(const IntervalCall& call) override;

 protected:
  void add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) override;

 private:
  void times_slope(std::size_t rows, const float* x, const float* d, float* out) const;

  float start_;
  std::size_t size_ = 0, channels_ = 0;
};

}  // namespace mlsec::nn
