// Dense (fully connected) layer: y = W x + b.
#pragma once

#include "base/schema.hpp"
#include "engine/linear.hpp"
#include "nn/initializer.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Dense final : public Operation {
 public:
  static constexpr std::string_view public_id = "dense";
  static constexpr std::string_view summary = "Every output is a weighted sum of all inputs plus a bias.";
  struct Options {
    int units = 10;
    bool bias = true;
    Initializer initializer = Initializer::he_normal;
    static constexpr auto schema() {
      return mlsec::schema(field("units", &Options::units, "Number of outputs.").range(1, 65536),
                           field("bias", &Options::bias, "Whether a learned constant is added to each output."),
                           initializer_field(&Options::initializer));
    }
  };

  static constexpr std::array<std::string_view, 2> onnx_names{"Gemm", "MatMul"};
  static constexpr bool constant_first = true;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit Dense(const Options& options) : options_(options) {}

  /// Weights outputs x inputs; bias may be empty.
  Dense(Tensor weights, Tensor bias);

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  std::span<Parameter> parameters() override { return parameters_; }
  /// As the option says; the bias starts at 0.
  void initialise(Random& random) override;
  void parameters_changed() override;
  bool piecewise_affine() const override { return true; }
  void forward(const ForwardCall& call) override;
  bool fuses_relu() const override { return true; }
  void forward_and_relu(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) override;
  /// |dy|^2 (|x|^2 + 1), without the 1 where there is no bias (Goodfellow, 2015, arXiv:1510.01799).
  Result<void> add_squared_norms(const BackwardCall& call, float* norms) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  /// Around the middle of the bounds, half their distance times the magnitudes of the weights (Gowal et al., 2018,
  /// arXiv:1810.12715, eq. 6).
  Result<void> interval(const IntervalCall& call) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  Tensor& weights() { return parameters_[0].value; }
  const float* bias() const { return options_.bias ? parameters_[1].value.data() : nullptr; }

  Options options_;
  std::vector<Parameter> parameters_;
  std::size_t inputs_ = 0;
  engine::Linear& forward_weights();
  engine::Linear forward_, backward_, magnitudes_;
};

}  // namespace mlsec::nn
