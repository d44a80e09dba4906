// Operations that give the same numbers in another order or shape, some of them, or some of them more than once.
#pragma once

#include <array>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "nn/operations/sparse.hpp"

namespace mlsec::nn {

/// The elements in their order, under another shape.
class Reshape final : public Operation {
 public:
  static constexpr std::string_view public_id = "reshape";
  static constexpr std::string_view summary = "Gives a sample another shape, its values in their order.";
  struct Options {
    std::vector<int> shape;
    static constexpr auto schema() {
      return mlsec::schema(
          field("shape", &Options::shape, "The new extents; one of them may be -1 and is what remains.")
              .range(-1, 65536));
    }
  };
  static constexpr std::array<std::string_view, 3> onnx_names{"Reshape", "Unsqueeze", "Squeeze"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);

  explicit Reshape(const Options& options) : options_(options) {}

  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;
  bool linear() const override { return true; }
  bool monotone() const override { return true; }
  Result<Shape> connect(std::span<const Shape> inputs) override;
  void forward(const ForwardCall& call) override;
  Result<void> backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) override;

 private:
  Options options_;
  std::size_t size_ = 0;
};

class Transpose final : public Sparse {
 public:
  static constexpr std::string_view public_id = "transpose";
  static constexpr std::string_view summary = "Puts the axes of a sample in another order.";
  struct Options {
    std::vector<int> order;
    static constexpr auto schema() {
      return mlsec::schema(
          field("order", &Options::order, "For each axis of the output, the axis of the input that it is.")
              .range(0, 7));
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Transpose"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Transpose(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

class Slice final : public Sparse {
 public:
  static constexpr std::string_view public_id = "slice";
  static constexpr std::string_view summary = "Keeps a range of one axis.";
  struct Options {
    int axis = 0;
    int begin = 0;
    std::optional<int> end = {};
    int step = 1;
    static constexpr auto schema() {
      return mlsec::schema(
          field("axis", &Options::axis, "Which axis; negative ones count from the last.").range(-8, 7),
          field("begin", &Options::begin, "First place kept; negative ones count from the end."),
          field("end", &Options::end, "Place behind the last one kept; negative ones count from the end.")
              .otherwise("the extent of the axis"),
          field("step", &Options::step, "From one place kept to the next.").range(1, 65536));
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Slice"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Slice(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

/// One of the equal parts into which an axis is cut; networks that use several have a layer for each.
class Split final : public Sparse {
 public:
  static constexpr std::string_view public_id = "split";
  static constexpr std::string_view summary = "Keeps one of several equal parts of an axis.";
  struct Options {
    int axis = 0;
    int parts = 2;
    int part = 0;
    static constexpr auto schema() {
      return mlsec::schema(field("axis", &Options::axis, "Which axis; negative ones count from the last.").range(-8, 7),
                           field("parts", &Options::parts, "Into how many parts it is cut.").range(1, 65536),
                           field("part", &Options::part, "Which of them is kept, counted from 0.").range(0, 65535));
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Split"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Split(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

class Gather final : public Sparse {
 public:
  static constexpr std::string_view public_id = "gather";
  static constexpr std::string_view summary = "Takes the named places of one axis, in the order named.";
  struct Options {
    int axis = 0;
    std::vector<int> indices;
    static constexpr auto schema() {
      return mlsec::schema(
          field("axis", &Options::axis, "Which axis; negative ones count from the last.").range(-8, 7),
          field("indices", &Options::indices, "Which places of it; any of them, any number of times.").range(0, 65535));
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Gather"};
  static constexpr bool constant_first = true;
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Gather(const Options& options) : options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

enum class PadMode { constant, reflect, edge };
constexpr std::array<std::string_view, 3> enum_names(PadMode) { return {"constant", "reflect", "edge"}; }

class Pad final : public Sparse {
 public:
  static constexpr std::string_view public_id = "pad";
  static constexpr std::string_view summary = "Adds a border: of one value, of the mirrored inside, or of its edge.";
  struct Options {
    std::vector<int> before;
    std::vector<int> after;
    PadMode mode = PadMode::constant;
    double value = 0;
    static constexpr auto schema() {
      return mlsec::schema(
          field("before", &Options::before, "How much is added at the beginning of each axis.").range(0, 4096),
          field("after", &Options::after, "How much is added at the end of each axis.").range(0, 4096),
          field("mode", &Options::mode, "What is added: value, the inside mirrored at its edge, or the edge repeated."),
          field("value", &Options::value, "What a constant border consists of.").for_experts());
    }
  };
  static constexpr std::array<std::string_view, 1> onnx_names{"Pad"};
  static Result<std::unique_ptr<Operation>> read(NodeContext& context);
  explicit Pad(const Options& options)
      : Sparse(options.mode == PadMode::constant ? static_cast<float>(options.value) : 0), options_(options) {}
  std::string_view id() const override { return public_id; }
  Result<NodeDescription> write(NodeWriter& writer) const override;

 protected:
  Result<Shape> plan(const Shape& input, engine::SparseMap& map) const override;

 private:
  Options options_;
};

}  // namespace mlsec::nn
