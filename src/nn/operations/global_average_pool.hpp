// The mean of each channel over the whole image (Lin et al., 2014, arXiv:1312.4400).
#pragma once

#include "base/schema.hpp"
#include "engine/window.hpp"
#include "nn/node_context.hpp"
#include "nn/operation.hpp"

namespace mlsec::nn {

class GlobalAveragePool final : public Operation {
 public:
  static constexpr std::string_view public_id = "globalAveragePool";
  static constexpr std::string_view summary =
      "Keeps the mean of each channel over the whole image: one vector, whatever the size of the image.";
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };

  static constexpr std::array<std::string_view, 1> onnx_names{"GlobalAveragePool"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  GlobalAveragePool() = default;
  explicit GlobalAveragePool(const Options&) {}

  std::string_view id() const override { return public_id; }
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  /// A file keeps two more axes, of extent 1: a Flatten is to follow there.
  Result<NodeDescription> write(NodeWriter& writer) const override;

 private:
  engine::Window window_;
};

}  // namespace mlsec::nn
