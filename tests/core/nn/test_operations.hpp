// Operations that only tests need.
#pragma once

#include <memory>
#include <vector>

#include "nn/node_writer.hpp"
#include "nn/operation.hpp"

namespace mlsec::test {

/// Passes its input on and counts what it is asked for. It has a parameter but no gradient to it.
class Probe final : public nn::Operation {
 public:
  struct Counts {
    int forward = 0, backward_input = 0, backward_weights = 0, changed = 0;
  };

  explicit Probe(Counts& counts, bool with_parameter = false) : counts_(counts) {
    if (with_parameter) parameters_.push_back({"weights", Tensor::filled(Shape{1}, 0)});
  }

  std::string_view id() const override { return "probe"; }
  Result<Shape> connect(std::span<const Shape> inputs) override {
    size_ = inputs[0].count();
    return inputs[0];
  }
  std::span<nn::Parameter> parameters() override { return parameters_; }
  void parameters_changed() override { ++counts_.changed; }
  void forward(const nn::ForwardCall& call) override {
    ++counts_.forward;
    for (std::size_t i = 0; i < call.rows * size_; ++i) call.output[i] = call.inputs[0][i];
  }
  Result<void> backward_input(const nn::BackwardCall& call, std::size_t, float* input_cotangent) override {
    ++counts_.backward_input;
    for (std::size_t i = 0; i < call.rows * size_; ++i) input_cotangent[i] = call.output_cotangent[i];
    return {};
  }
  Result<void> backward_weights(const nn::BackwardCall& call, std::span<float* const> gradients) override {
    ++counts_.backward_weights;
    return Operation::backward_weights(call, gradients);
  }
  Result<nn::NodeDescription> write(nn::NodeWriter& writer) const override { return writer.node("Probe"); }

 private:
  Counts& counts_;
  std::vector<nn::Parameter> parameters_;
  std::size_t size_ = 0;
};

}  // namespace mlsec::test
