// Operations whose outputs are weighted means of neighbouring inputs.
#pragma once

#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "base/enum_names.hpp"
#include "nn/operations/sparse.hpp"

namespace mlsec::nn {

enum class ResizeMode { nearest, bilinear };
constexpr std::array<std::string_view, 2> enum_names(ResizeMode) { return {"nearest", "bilinear"}; }

/// Pixels are squares whose middle counts ("half_pixel" in ONNX, align_corners=False in PyTorch). Nearest takes the
/// lower one where two are equally near.
class Resize final : public Sparse {
 public:
  static constexpr std::string_view public_id = "resize";
  static constexpr std::string_view summary = "Gives an image another size.";
  struct Options {
    int height = 1;
    int width = 1;
    ResizeMode mode = ResizeMode::nearest;
    static constexpr auto schema() {
      return mlsec::schema(
          field("height", &Options::height, "The new height.").range(1, 4096).in("pixels"),
          field("width", &Options::width, "The new width.").range(1, 4096).in("pixels"),
          field("mode", &Options::mode, "The nearest pixel, or the weighted mean of the four around."));
    }
  };
  static constexpr std::array<std::string_view, 2> onnx_names{"Resize", "Upsample"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Resize(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

/// Window i of n over an axis of length l goes from floor(i l / n) to ceil((i + 1) l / n), as in PyTorch.
std::pair<std::size_t, std::size_t> window_of(std::size_t at, std::size_t outputs, std::size_t inputs);

class AdaptiveAveragePool2d final : public Sparse {
 public:
  static constexpr std::string_view public_id = "adaptiveAveragePool2d";
  static constexpr std::string_view summary = "Means over windows chosen so that the output has the size asked for.";
  struct Options {
    int height = 1;
    int width = 1;
    static constexpr auto schema() {
      return mlsec::schema(field("height", &Options::height, "Height of the output.").range(1, 4096).in("pixels"),
                           field("width", &Options::width, "Width of the output.").range(1, 4096).in("pixels"));
    }
  };
  static constexpr std::array<std::string_view, 0> onnx_names{};
  explicit AdaptiveAveragePool2d(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

struct ReduceOptions {
  std::optional<std::vector<int>> axes = {};
  bool keep_axes = false;
  static constexpr auto schema() {
    return mlsec::schema(field("axes", &ReduceOptions::axes, "Over which axes; negative ones count from the last.")
                             .range(-8, 7)
                             .otherwise("all axes"),
                         field("keepAxes", &ReduceOptions::keep_axes, "Whether these axes stay, with extent 1."));
  }
};

/// Which axes go, and the shape without them; a shape without axes gets one of extent 1.
struct Reduction {
  std::array<bool, Shape::max_rank> gone{};
  Shape kept;    // with extent 1 for axes that go
  Shape output;  // as the options say
};
Result<Reduction> reduction_of(const ReduceOptions& options, const Shape& input, std::string_view id);

/// What sums and means share.
class LinearReduction : public Sparse {
 protected:
  LinearReduction(const ReduceOptions& options, bool mean) : options_(options), mean_(mean) {}
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

  ReduceOptions options_;

 private:
  bool mean_;
};

class ReduceMean final : public LinearReduction {
 public:
  static constexpr std::string_view public_id = "reduceMean";
  static constexpr std::string_view summary = "The mean over some axes.";
  using Options = ReduceOptions;
  static constexpr std::array<std::string_view, 1> onnx_names{"ReduceMean"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit ReduceMean(const Options& options) : LinearReduction(options, true) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
};

class ReduceSum final : public LinearReduction {
 public:
  static constexpr std::string_view public_id = "reduceSum";
  static constexpr std::string_view summary = "The sum over some axes.";
  using Options = ReduceOptions;
  static constexpr std::array<std::string_view, 1> onnx_names{"ReduceSum"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit ReduceSum(const Options& options) : LinearReduction(options, false) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
};

/// The first of equal ones takes the cotangent.
class ReduceMax final : public Operation {
 public:
  static constexpr std::string_view public_id = "reduceMax";
  static constexpr std::string_view summary = "The largest value over some axes.";
  using Options = ReduceOptions;
  static constexpr std::array<std::string_view, 1> onnx_names{"ReduceMax"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit ReduceMax(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  bool piecewise_affine() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;
  Result<void> forward_tangent(const TangentCall& call) override;

 private:
  Options options_;
  std::size_t inputs_ = 0, outputs_ = 0;
  std::vector<std::uint32_t> output_of_;  // each input
};

}  // namespace mlsec::nn
