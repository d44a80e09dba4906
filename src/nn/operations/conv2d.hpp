// Convolution over images and lines.
#pragma once

#include <memory>

#include "base/schema.hpp"
#include "engine/convolution.hpp"
#include "nn/initializer.hpp"
#include "nn/operation.hpp"
#include "nn/operations/magnitudes.hpp"
#include "nn/operations/window_options.hpp"

namespace mlsec::nn {

/// What convolutions over one axis and over two share.
class Convolutional : public Operation {
 public:
  Result<Shape> connect(std::span<const Shape> inputs) override;
  std::span<Parameter> parameters() override { return parameters_; }
  bool piecewise_affine() const override { return true; }
  /// As the option says, over kernel height x kernel width x channels; the bias starts at 0.
  void initialise(Random& random) override;
  void parameters_changed() override;
  void forward(const ForwardCall& call) override;
  bool fuses_relu() const override { return true; }
  void forward_and_relu(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> backward_weights(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> backward_weights_per_sample(const BackwardCall& call, std::span<float* const> gradients) override;
  Result<void> add_squared_norms(const BackwardCall& call, float* norms) override;
  Result<void> forward_tangent(const TangentCall& call) override;
  /// Around the middle of the bounds, half their distance times the magnitudes of the kernels (Gowal et al., 2018,
  /// arXiv:1810.12715, eq. 6).
  Result<void> interval(const IntervalCall& call) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  /// Kernels outputs x height x width x inputs of the group; bias may be empty.
  Convolutional(Tensor kernels, Tensor bias, const WindowGeometry& geometry);
  Convolutional(std::size_t filters, bool bias, Initializer initializer, const WindowGeometry& geometry)
      : filters_(filters), has_bias_(bias), initializer_(initializer), geometry_(geometry) {}

  const float* bias() const { return has_bias_ ? parameters_[1].value.data() : nullptr; }

  std::size_t filters_;
  bool has_bias_;
  Initializer initializer_;
  WindowGeometry geometry_;
  engine::Window window_;
  std::vector<Parameter> parameters_;

 private:
  std::unique_ptr<engine::Convolution> convolution_;
  Magnitudes magnitudes_;
};

class Conv2d final : public Convolutional {
 public:
  static constexpr std::string_view public_id = "conv2d";
  static constexpr std::string_view summary =
      "Slides small kernels over an image; each gives one channel of the output.";
  struct Options {
    int filters = 16;
    int kernel = 3;
    int stride = 1;
    PaddingMode padding = PaddingMode::valid;
    std::optional<std::vector<int>> pads = {};
    bool bias = true;
    Initializer initializer = Initializer::he_normal;
    int dilation = 1;
    int groups = 1;
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
          initializer_field(&Options::initializer),
          field("dilation", &Options::dilation, "Distance between the taps of a kernel.")
              .range(1, 63)
              .in("pixels")
              .for_experts(),
          field("groups", &Options::groups,
                "Into how many groups channels are cut that do not see each other; as many as channels: depthwise.")
              .range(1, 4096)
              .for_experts());
    }
    static Result<void> check(const Options& options);
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"Conv"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit Conv2d(const Options& options);

  /// Kernels outputs x height x width x inputs of the group; bias may be empty.
  Conv2d(Tensor kernels, Tensor bias, const WindowGeometry& geometry)
      : Convolutional(std::move(kernels), std::move(bias), geometry) {}

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
};

class Conv1d final : public Convolutional {
 public:
  static constexpr std::string_view public_id = "conv1d";
  static constexpr std::string_view summary = "Slides small kernels over a line of length x channels.";
  struct Options {
    int filters = 16;
    int kernel = 3;
    int stride = 1;
    PaddingMode padding = PaddingMode::valid;
    bool bias = true;
    Initializer initializer = Initializer::he_normal;
    int dilation = 1;
    int groups = 1;
    static constexpr auto schema() {
      return mlsec::schema(
          field("filters", &Options::filters, "Number of kernels, the channels of the output.").range(1, 4096),
          field("kernel", &Options::kernel, "Length of a kernel.").range(1, 4096).in("steps"),
          field("stride", &Options::stride, "Step from one position to the next.").range(1, 4096).in("steps"),
          field("padding", &Options::padding,
                "Zeros around the line: none, or as many as keep its length at stride 1."),
          field("bias", &Options::bias, "Whether a learned constant is added to each channel.").for_experts(),
          initializer_field(&Options::initializer),
          field("dilation", &Options::dilation, "Distance between the taps of a kernel.")
              .range(1, 4096)
              .in("steps")
              .for_experts(),
          field("groups", &Options::groups, "Into how many groups channels are cut that do not see each other.")
              .range(1, 4096)
              .for_experts());
    }
  };
  static constexpr std::array<std::string_view, 0> onnx_names{};  // Conv2d reads both

  explicit Conv1d(const Options& options);
  Conv1d(Tensor kernels, Tensor bias, const WindowGeometry& geometry)
      : Convolutional(std::move(kernels), std::move(bias), geometry) {}

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
};

/// What a matrix outputs x inputs makes of the last axis, at each place of a line or an image: a kernel of one tap.
Result<std::unique_ptr<Operation>> dense_at_each_place(const NodeContext& context, Tensor weights, Tensor bias);

}  // namespace mlsec::nn
