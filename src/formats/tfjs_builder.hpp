// Puts together a graph in the vocabulary of ONNX, channels first, for a file that has channels last.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/onnx_allowance.hpp"
#include "formats/onnx_error.hpp"
#include "formats/tfjs_json.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::tfjs {

using nn::Constant;
using onnx::Allowance;
using onnx::refuse;
using onnx::Subject;

/// A value on the way: its name in the graph and the extents of one sample, without the batch.
struct Tracked {
  std::string name;
  Shape sample;

  // Out of line, as values are handed on in so many places that the size of the WebAssembly shows it.
  Tracked();
  Tracked(std::string name, const Shape& sample);
  Tracked(const Tracked&);
  Tracked(Tracked&&) noexcept;
  Tracked& operator=(const Tracked&);
  Tracked& operator=(Tracked&&) noexcept;
  ~Tracked();

  /// Axes with the batch, as files count them.
  std::size_t rank() const { return sample.rank() + 1; }
};

enum class Padding { valid, same, listed };

/// A window over one or two axes; lists have a number for each of them.
struct WindowOptions {
  Integers kernel, strides, dilations;
  Padding padding = Padding::valid;
  Integers pads = {};  // before each axis, then behind each, where listed

  // Out of line, as Tracked's are.
  WindowOptions();
  WindowOptions(const WindowOptions&);
  WindowOptions(WindowOptions&&) noexcept;
  WindowOptions& operator=(WindowOptions&&) noexcept;
  ~WindowOptions();
};

enum class Interpolation { nearest, linear };

/// How places of the result are mapped to those of what is resized.
enum class Coordinates { asymmetric, half_pixel, align_corners };

/// The constant with its axes in another order.
Constant permuted(const Constant& constant, const Integers& permutation);

/// An attribute of a node, for lists of them that cost nothing to make; what it refers to must live as long.
struct NodeOption {
  NodeOption(std::string_view given_name, std::int64_t value) : name(given_name), integer(value) {}
  NodeOption(std::string_view given_name, float value) : name(given_name), number(value), is_number(true) {}
  NodeOption(std::string_view given_name, std::string_view value) : name(given_name), text(value), is_text(true) {}
  NodeOption(std::string_view given_name, const Integers& value) : name(given_name), list(&value) {}

  std::string_view name;
  std::int64_t integer = 0;
  float number = 0;
  std::string_view text = {};
  const Integers* list = nullptr;
  bool is_number = false, is_text = false;
};

/// Each method adds the nodes of one step and refuses, in the name of the subject, what does not fit. Axes count the
/// batch as 0.
class GraphBuilder {
 public:
  using Attributes = std::map<std::string, nn::Attribute, std::less<>>;

  explicit GraphBuilder(Allowance& allowance) : allowance_(allowance) {}

  /// What the nodes to come are made for. The first of them that computes something gets its name.
  Result<void> begin(std::string_view what, std::string_view name, std::string_view operation);

  Error refuse(std::string_view predicate, ErrorCode code = ErrorCode::unsupported) const;
  Error refuse(std::string_view predicate, std::string_view object, std::string_view rest,
               ErrorCode code = ErrorCode::unsupported) const;
  Subject subject() const { return {what_, subject_, operation_}; }

  Result<Tracked> input(std::string_view name, const Integers& extents);
  Result<void> output(const Tracked& value);

  /// A node on values and constants, given by name, with one output.
  Result<Tracked> add(std::string_view operation, std::vector<std::string> inputs, const Shape& sample,
                      Attributes attributes);
  Result<Tracked> add(std::string_view operation, std::vector<std::string> inputs, const Shape& sample,
                      std::initializer_list<NodeOption> options = {});
  Result<Tracked> add(std::string_view operation, std::initializer_list<std::string_view> inputs, const Shape& sample,
                      std::initializer_list<NodeOption> options = {});
  Result<Tracked> unary(std::string_view operation, const Tracked& x, std::initializer_list<NodeOption> options = {});

  /// The name of a constant; it must have elements.
  Result<std::string> constant(Constant constant);
  Result<std::string> integers(Integers values);
  Result<std::string> number(float value);

  /// The axis, counted from 0, where negative from the end; at least 1, as the batch is none to work along.
  Result<std::size_t> axis(std::int64_t given, std::size_t rank) const;

  Result<Tracked> transpose(const Tracked& x, const Integers& permutation);
  Result<Tracked> channels_first(const Tracked& x);
  Result<Tracked> channels_last(const Tracked& x);

  /// Kernels (extents x inputs x outputs), or for depthwise ones (extents x inputs x multiplier); a bias or nullptr.
  Result<Tracked> convolve(const Tracked& x, const Constant& kernel, const Constant* bias, WindowOptions options,
                           bool depthwise);
  /// The adjoint (height x width x outputs x inputs) of a convolution over images.
  Result<Tracked> deconvolve(const Tracked& x, const Constant& kernel, const Constant* bias,
                             const WindowOptions& options);
  Result<Tracked> pool(const Tracked& x, bool largest, WindowOptions options);

  /// x kernel (inputs x outputs) + bias along the last axis.
  Result<Tracked> dense(const Tracked& x, Constant kernel, const Constant* bias);

  /// Element-wise with broadcasting: Add, Sub, Mul, Div, and Max and Min of two values.
  Result<Tracked> combine(std::string_view operation, const Tracked& a, const Tracked& b);
  /// The same with a constant, before or behind the value.
  Result<Tracked> combine(std::string_view operation, const Tracked& a, const Constant& b, bool constant_first = false);
  Result<Tracked> combine(std::string_view operation, const Tracked& a, float b, bool constant_first = false);

  /// By the names of Keras and TensorFlow, whatever their case; refuses others.
  Result<Tracked> activation(const Tracked& x, std::string_view name);
  Result<Tracked> clip(const Tracked& x, double minimum, double maximum);
  /// max(x, 0) + slopes min(x, 0), whose slopes are broadcast.
  Result<Tracked> prelu(const Tracked& x, const Constant& slopes);

  Result<Tracked> batch_norm(const Tracked& x, std::size_t axis, std::array<Constant, 4> scale_shift_mean_variance,
                             double epsilon);

  /// ReduceMean, ReduceSum or ReduceMax, or ReduceMin.
  Result<Tracked> reduce(std::string_view operation, const Tracked& x, const Integers& axes, bool keeps);

  /// To extents without the batch, one of which may be -1.
  Result<Tracked> reshape(const Tracked& x, Integers extents);
  Result<Tracked> concat(const std::vector<Tracked>& values, std::int64_t axis);
  Result<Tracked> slice(const Tracked& x, std::size_t axis, std::int64_t begin, std::int64_t end,
                        std::int64_t step = 1);
  /// Two numbers for each axis behind the batch.
  Result<Tracked> pad(const Tracked& x, const Integers& before, const Integers& after, std::string_view mode,
                      float value = 0);
  Result<Tracked> resize(const Tracked& x, std::int64_t height, std::int64_t width, Interpolation interpolation,
                         Coordinates coordinates);
  /// Rows of a table at the value's numbers.
  Result<Tracked> look_up(const Tracked& x, const Constant& table);

  Result<nn::GraphDescription> finish() &&;

 private:
  std::string unique(std::string name);

  Allowance& allowance_;
  nn::GraphDescription graph_;
  std::set<std::string, std::less<>> names_;
  std::map<std::string, std::size_t, std::less<>> counts_;  // of names already made from a name
  std::string what_, subject_, operation_;
  bool named_ = false;  // whether a node has the subject's name
};

}  // namespace mlsec::formats::tfjs
