// What an operation sees of the file into which it is written.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "nn/axis_order.hpp"
#include "nn/description.hpp"

namespace mlsec::nn {

/// A value of the network, as a file has it.
struct WrittenValue {
  std::string name;
  Shape shape;  // the engine's
  AxisOrder order;
  std::size_t flattened = 0;     // the channels of an image that was flattened channels first; 0 where orders agree
  std::size_t flattened_by = 0;  // the node that did it
};

/// Names of constants and of nodes on the way start with the node's own, `prefix`. What `arrange` and `make` are not
/// called for stays as it is: an operation that works on each number by itself need not know of any order.
class NodeWriter {
 public:
  /// `transposed`: of each node, whether it must flatten in the engine's order. Set for those of which that turns out.
  NodeWriter(GraphDescription& graph, std::string prefix, std::vector<WrittenValue> inputs, std::size_t node,
             const Shape& output, std::vector<bool>& transposed)
      : graph_(graph),
        prefix_(std::move(prefix)),
        inputs_(std::move(inputs)),
        node_(node),
        output_(output),
        transposed_(transposed),
        made_{{}, output, inputs_[0].order, inputs_[0].flattened, inputs_[0].flattened_by} {}

  std::size_t inputs() const { return inputs_.size(); }
  const WrittenValue& input(std::size_t which = 0) const { return inputs_[which]; }
  std::vector<std::int64_t> extents(std::size_t which = 0) const {
    return extents_in_file(inputs_[which].shape, inputs_[which].order);
  }
  const Shape& output_shape() const { return output_; }

  /// Adds a constant called prefix, a dot and `name`; gives its whole name.
  std::string add(std::string_view name, Constant constant);
  std::string add_integers(std::string_view name, std::vector<std::int64_t> values);
  std::string add_values(std::string_view name, const Tensor& tensor);

  /// Gives an input that order, by a Transpose where it has another. The output has it then too.
  void arrange(const AxisOrder& order, std::size_t which = 0);
  void arrange_all(const AxisOrder& order);

  /// Two values that are flattened images of one order may be combined; any other gets the engine's.
  void agree();

  /// Gives an input another shape of as many elements, in the engine's order.
  void reshape(const Shape& shape, std::size_t which);

  /// Adds a node on the way: what it makes, prefix, a dot and `made`, takes the place of an input.
  void step(NodeDescription node, std::string_view made, std::size_t which = 0);

  /// The node, with all inputs and then these constants. Its outputs are set by the caller of `write`.
  NodeDescription node(std::string operation, std::vector<std::string> constants = {},
                       std::map<std::string, Attribute, std::less<>> attributes = {}) const;

  /// The order of the output. `flattened`: see WrittenValue.
  void make(AxisOrder order, std::size_t flattened = 0);
  const WrittenValue& made() const { return made_; }

  /// Whether this node must flatten in the engine's order.
  bool must_transpose() const { return transposed_[node_]; }

 private:
  GraphDescription& graph_;
  std::string prefix_;
  std::vector<WrittenValue> inputs_;
  std::size_t node_;
  Shape output_;
  std::vector<bool>& transposed_;
  WrittenValue made_;
  std::size_t arranged_ = 0;
};

}  // namespace mlsec::nn
