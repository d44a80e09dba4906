// The adjoint of a convolution as a layer ("deconvolution"): what decoders enlarge images with.
#pragma once

#include <memory>

#include "base/schema.hpp"
#include "engine/convolution.hpp"
#include "nn/initializer.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"
#include "nn/operations/magnitudes.hpp"

namespace mlsec::nn {

/// An axis of length l becomes (l - 1) stride + kernel - 2 crop + extra.
class ConvTranspose2d final : public Operation {
 public:
  static constexpr std::string_view public_id = "convTranspose2d";
  static constexpr std::string_view summary = "Spreads each pixel by small kernels over a larger image.";
  struct Options {
    int filters = 16;
    int kernel = 3;
    int stride = 2;
    int crop = 0;
    int extra = 0;
    bool bias = true;
    Initializer initializer = Initializer::he_normal;
    static constexpr auto schema() {
      return mlsec::schema(
          field("filters", &Options::filters, "Channels of the output.").range(1, 4096),
          field("kernel", &Options::kernel, "Height and width of a kernel.").range(1, 63).in("pixels"),
          field("stride", &Options::stride, "How far apart neighbouring pixels come to lie.").range(1, 63).in("pixels"),
          field("crop", &Options::crop, "How much is cut off at each side.").range(0, 62).in("pixels"),
          field("extra", &Options::extra, "How much is added at the bottom and at the right.")
              .range(0, 62)
              .in("pixels")
              .for_experts(),
          field("bias", &Options::bias, "Whether a learned constant is added to each channel.").for_experts(),
          initializer_field(&Options::initializer));
    }
    static Result<void> check(const Options& options);
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"ConvTranspose"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit ConvTranspose2d(const Options& options) : options_(options) {}
  /// The number of filters, and whether there is a bias, are those of the tensors.
  ConvTranspose2d(const Options& options, Tensor kernels, Tensor bias);

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  bool piecewise_affine() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  /// Kernels lie as input channels x height x width x filters.
  std::span<Parameter> parameters() override { return parameters_; }
  void initialise(Random& random) override;
  void parameters_changed() override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> add_squared_norms(const BackwardCall& call, float* norms) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<void> interval(const IntervalCall& call) override;

 private:
  void add_bias(std::size_t rows, float* output) const;

  Options options_;
  engine::Window window_;  // of the convolution whose adjoint this is: from our output to our input
  std::vector<Parameter> parameters_;
  std::unique_ptr<engine::Convolution> convolution_;
  Magnitudes magnitudes_;
};

}  // namespace mlsec::nn
