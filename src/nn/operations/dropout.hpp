// Dropout: in training, each value is zeroed by chance and the others grow to keep the mean (Srivastava et al., 2014,
// "Dropout: a simple way to prevent neural networks from overfitting").
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class Dropout final : public Operation {
 public:
  static constexpr std::string_view public_id = "dropout";
  static constexpr std::string_view summary =
      "While a network trains, zeroes values by chance, so that no unit relies on another.";
  struct Options {
    double rate = 0.5;
    static constexpr auto schema() {
      return mlsec::schema(field("rate", &Options::rate, "Share of values that are zeroed.").range(0, 0.99));
    }
  };

  static constexpr std::array<std::string_view, 3> onnx_names{"Dropout", "Identity", "Cast"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit Dropout(const Options& options) : rate_(static_cast<float>(options.rate)) {}

  std::string_view id() const override { return public_id; }
  bool element_wise() const override { return true; }
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  /// Passes values on unless in training. There each row has a random stream of its own, whatever its batch.
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;

 private:
  float rate_;
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
