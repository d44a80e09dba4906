// 2-D convolution.
#pragma once

#include <memory>

#include "base/schema.hpp"
#include "engine/convolution.hpp"
#include "nn/initializer.hpp"
#include "nn/operation.hpp"
#include "nn/operations/window_options.hpp"

namespace mlsec::nn {

class Conv2d final : public Operation {
 public:
  static constexpr std::string_view public_id = "conv2d";
  static constexpr std::string_view summary =
      "Slides small kernels over an image; each gives one channel of the output.";
  struct Options {
    int filters = 16;
    int kernel = 3;
    int stride = 1;
    PaddingMode padding = PaddingMode::valid;
    std::optional<std::vector<int>> pads;
    bool bias = true;
    Initializer initializer = Initializer::he_normal;
    static constexpr auto schema() {
      return mlsec::schema(
          field("filters", &Options::filters, "Number of kernels, the channels of the output.").range(1, 4096),
          field("kernel", &Options::kernel, "Height and width of a kernel.").range(1, 63).in("pixels"),
          field("stride", &Options::stride, "Step from one position to the next.").range(1, 63).in("pixels"),
          field("padding", &Options::padding, "Zeros around the image: none, or as many as keep its size at stride 1."),
          field("pads", &Options::pads, "Explicit padding: top, left, bottom, right; instead of padding.")
              .range(0, 62)
              .in("pixels")
              .for_experts(),
          field("bias", &Options::bias, "Whether a learned constant is added to each channel.").for_experts(),
          initializer_field(&Options::initializer));
    }
    static Result<void> check(const Options& options);
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"Conv"};
  static Result<std::unique_ptr<Operation>> read(const NodeContext& context);

  explicit Conv2d(const Options& options);

  /// Kernels outputs x height x width x inputs; bias may be empty.
  Conv2d(Tensor kernels, Tensor bias, const WindowGeometry& geometry);

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  std::span<Parameter> parameters() override { return parameters_; }
  /// As the option says, over kernel height x kernel width x channels; the bias starts at 0.
  void initialise(Random& random) override;
  void parameters_changed() override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> add_squared_norms(const BackwardCall& call, float* norms) override;
  NodeDescription write(GraphDescription& graph, const std::string& prefix,
                        const std::optional<Shape>& flattened) const override;

 private:
  std::size_t filters_;
  bool has_bias_;
  Initializer initializer_ = Initializer::he_normal;
  WindowGeometry geometry_;
  engine::Window window_;
  std::vector<Parameter> parameters_;
  std::unique_ptr<engine::Convolution> convolution_;
};

}  // namespace mlsec::nn
