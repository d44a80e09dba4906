// Max and average pooling over images height x width x channels and lines length x channels.
#pragma once

#include "base/schema.hpp"
#include "nn/operation.hpp"
#include "nn/operations/window_options.hpp"

namespace mlsec::nn {

struct PoolOptions {
  int kernel = 2;
  std::optional<int> stride;
  PaddingMode padding = PaddingMode::valid;
  std::optional<std::vector<int>> pads = {};
  bool ceil = false;
  static constexpr auto schema() {
    return mlsec::schema(
        field("kernel", &PoolOptions::kernel, "Height and width of the window.").range(1, 63).in("pixels"),
        field("stride", &PoolOptions::stride, "Step from one position to the next.")
            .range(1, 63)
            .in("pixels")
            .otherwise("kernel"),
        field("padding", &PoolOptions::padding, "Whether the window may hang over the edge of the image.")
            .for_experts(),
        field("pads", &PoolOptions::pads, "Explicit padding: top, left, bottom, right; instead of padding.")
            .range(0, 62)
            .in("pixels")
            .for_experts(),
        field("ceil", &PoolOptions::ceil, "Whether a window that begins inside counts though it ends outside.")
            .for_experts());
  }
  static Result<void> check(const PoolOptions& options);
};

class MaxPool2d final : public Operation {
 public:
  static constexpr std::string_view public_id = "maxPool2d";
  static constexpr std::string_view summary = "Keeps the largest value of each window.";
  using Options = PoolOptions;

  static constexpr std::array<std::string_view, 2> onnx_names{"MaxPool", "GlobalMaxPool"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit MaxPool2d(const Options& options);
  explicit MaxPool2d(const WindowGeometry& geometry) : geometry_(geometry) {}

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  bool piecewise_affine() const override { return true; }
  bool monotone() const override { return true; }
  Result<void> forward_tangent(const TangentCall& call) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  WindowGeometry geometry_;
  engine::Window window_;
};

class AveragePool2d final : public Operation {
 public:
  static constexpr std::string_view public_id = "averagePool2d";
  static constexpr std::string_view summary = "Keeps the mean of each window.";
  using Options = PoolOptions;

  static constexpr std::array<std::string_view, 1> onnx_names{"AveragePool"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit AveragePool2d(const Options& options);
  AveragePool2d(const WindowGeometry& geometry, bool count_padding)
      : geometry_(geometry), count_padding_(count_padding) {}

  std::string_view id() const override { return public_id; }
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  WindowGeometry geometry_;
  bool count_padding_ = false;
  engine::Window window_;
};

}  // namespace mlsec::nn
