// Max and average pooling.
#pragma once

#include "base/schema.hpp"
#include "nn/operation.hpp"
#include "nn/operations/window_options.hpp"

namespace mlsec::nn {

struct PoolOptions {
  int kernel = 2;
  std::optional<int> stride;
  PaddingMode padding = PaddingMode::valid;
  static constexpr auto schema() {
    return mlsec::schema(
        field("kernel", &PoolOptions::kernel, "Height and width of the window.").range(1, 63).in("pixels"),
        field("stride", &PoolOptions::stride, "Step from one position to the next.")
            .range(1, 63)
            .in("pixels")
            .otherwise("kernel"),
        field("padding", &PoolOptions::padding, "Whether the window may hang over the edge of the image.")
            .for_experts());
  }
};

class MaxPool2d final : public Operation {
 public:
  static constexpr std::string_view public_id = "maxPool2d";
  static constexpr std::string_view summary = "Keeps the largest value of each window.";
  using Options = PoolOptions;

  static constexpr std::array<std::string_view, 1> onnx_names{"MaxPool"};
  static Result<std::unique_ptr<Operation>> read(const NodeContext& context);

  explicit MaxPool2d(const Options& options);
  explicit MaxPool2d(const WindowGeometry& geometry) : geometry_(geometry) {}

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  NodeDescription write(GraphDescription& graph, const std::string& prefix,
                        const std::optional<Shape>& flattened) const override;

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
  static Result<std::unique_ptr<Operation>> read(const NodeContext& context);

  explicit AveragePool2d(const Options& options);
  AveragePool2d(const WindowGeometry& geometry, bool count_padding)
      : geometry_(geometry), count_padding_(count_padding) {}

  std::string_view id() const override { return public_id; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  NodeDescription write(GraphDescription& graph, const std::string& prefix,
                        const std::optional<Shape>& flattened) const override;

 private:
  WindowGeometry geometry_;
  bool count_padding_ = false;
  engine::Window window_;
};

}  // namespace mlsec::nn
