// Normalisation within one sample: no statistics to keep, and nothing depends on the batch.
#pragma once

#include <array>
#include <string_view>

#include "base/schema.hpp"
#include "nn/node_context.hpp"
#include "nn/operations/by_row.hpp"

namespace mlsec::nn {

struct NormalisationOptions {
  double epsilon = 1e-5;
  static constexpr auto schema() {
    return mlsec::schema(field("epsilon", &NormalisationOptions::epsilon, "Added to variances, so that none is zero.")
                             .range(1e-8, 1)
                             .for_experts());
  }
};

/// Groups of values get mean 0 and variance 1; each channel (the last axis) then its learned scale and shift.
class Normalisation : public WeightsByRow {
 public:
  Result<Shape> connect(std::span<const Shape> inputs) override;
  /// Scale 1 and shift 0.
  void initialise(Random& random) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;

 protected:
  explicit Normalisation(double epsilon) : epsilon_(static_cast<float>(epsilon)) {}
  void add_gradients_of(const BackwardCall& call, std::size_t row, std::span<float* const> gradients) override;
  /// Scale and shift of each channel, constants 1 and 2 of a node, the latter 0 where it has none.
  Result<void> read_constants(const NodeContext& context, std::size_t channels);
  std::vector<std::string> constants(NodeWriter& writer) const;
  std::map<std::string, Attribute, std::less<>> attributes() const { return {{"epsilon", epsilon_}}; }

  /// How a sample is cut: each group has all of `pixels` pixels at a time and `channels` channels side by side.
  struct Groups {
    std::size_t pixels, channels;
  };
  virtual Result<Groups> groups_of(std::size_t pixels, std::size_t channels) const = 0;

 private:
  template <class Visit>
  void for_each_group(Visit visit) const;
  void apply_jacobian(const float* x, const NodeMemory& memory, std::size_t row, const float* in, float* out,
                      bool scale_first) const;

  float epsilon_;
  std::size_t pixels_ = 0, channels_ = 0, count_ = 0;
  Groups groups_{};
};

/// Over the last axis of each position (Ba et al., 2016, arXiv:1607.06450).
class LayerNorm final : public Normalisation {
 public:
  static constexpr std::string_view public_id = "layerNorm";
  static constexpr std::string_view summary = "Gives the channels of each position mean 0 and variance 1.";
  using Options = NormalisationOptions;
  static constexpr std::array<std::string_view, 1> onnx_names{"LayerNormalization"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit LayerNorm(const Options& options) : Normalisation(options.epsilon) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Groups> groups_of(std::size_t, std::size_t channels) const override { return Groups{1, channels}; }
};

/// Over all positions of each channel (Ulyanov et al., 2016, arXiv:1607.08022).
class InstanceNorm final : public Normalisation {
 public:
  static constexpr std::string_view public_id = "instanceNorm";
  static constexpr std::string_view summary = "Gives each channel of a sample mean 0 and variance 1.";
  using Options = NormalisationOptions;
  static constexpr std::array<std::string_view, 1> onnx_names{"InstanceNormalization"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit InstanceNorm(const Options& options) : Normalisation(options.epsilon) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Groups> groups_of(std::size_t pixels, std::size_t) const override { return Groups{pixels, 1}; }
};

/// Over all positions of several channels (Wu and He, 2018, arXiv:1803.08494).
class GroupNorm final : public Normalisation {
 public:
  static constexpr std::string_view public_id = "groupNorm";
  static constexpr std::string_view summary = "Gives groups of channels of a sample mean 0 and variance 1.";
  struct Options {
    int groups = 1;
    double epsilon = 1e-5;
    static constexpr auto schema() {
      return mlsec::schema(
          field("groups", &Options::groups, "Into how many groups the channels are cut.").range(1, 4096),
          field("epsilon", &Options::epsilon, "Added to variances, so that none is zero.")
              .range(1e-8, 1)
              .for_experts());
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"GroupNormalization"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit GroupNorm(const Options& options)
      : Normalisation(options.epsilon), count_(static_cast<std::size_t>(options.groups)) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Groups> groups_of(std::size_t pixels, std::size_t channels) const override;

 private:
  std::size_t count_;
};

}  // namespace mlsec::nn
