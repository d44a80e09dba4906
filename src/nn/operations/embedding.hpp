// A learned vector for each of a number of tokens.
#pragma once

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operations/by_row.hpp"

namespace mlsec::nn {

/// Inputs are token numbers, counted from 0; what is none is taken for the nearest. They have no gradient: attacks on
/// text perturb what comes out of this layer.
class Embedding final : public WeightsByRow {
 public:
  static constexpr std::string_view public_id = "embedding";
  static constexpr std::string_view summary = "Replaces each token number by a vector that is learned.";
  struct Options {
    int tokens = 256;
    int units = 16;
    static constexpr auto schema() {
      return mlsec::schema(field("tokens", &Options::tokens, "How many different tokens there are.").range(1, 1 << 20),
                           field("units", &Options::units, "Length of a vector.").range(1, 4096));
    }
  };
  static constexpr std::array<std::string_view, 0> onnx_names{};  // Gather reads both
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Embedding(const Options& options) : options_(options) {}
  /// Tokens x units.
  explicit Embedding(Tensor table) : options_{static_cast<int>(table.shape()[0]), static_cast<int>(table.shape()[1])} {
    parameters_.push_back({"table", std::move(table)});
  }

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  Result<Shape> connect(std::span<const Shape> inputs) override;
  /// Normal, variance 1 / units.
  void initialise(Random& random) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;

 protected:
  void add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) override;

 private:
  std::size_t token_of(float input) const;

  Options options_;
  std::size_t size_ = 0;
};

}  // namespace mlsec::nn
