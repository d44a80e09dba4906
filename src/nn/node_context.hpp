// What an operation sees of its node in a file when it is read, and the network to which it is added.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "nn/axis_order.hpp"
#include "nn/description.hpp"
#include "nn/network.hpp"

namespace mlsec::nn {

/// A value of a file, as the network has it.
struct ReadValue {
  std::size_t value = 0;  // its number in the network
  AxisOrder order;
  std::size_t flattened = 0;  // the channels of an image that the file flattened channels first; 0 where orders agree
  bool whole = false;         // cast to whole numbers: only to be looked up
};

/// What `arrange` and `make` are not called for stays as it is: an operation that works on each number by itself need
/// not know of any order. Values are the inputs that are no constants.
class NodeContext {
 public:
  /// values[i] is input positions[i] of the node. `batch`: whether the first axis of values in the file is the batch,
  /// which the network does not see.
  NodeContext(const GraphDescription& graph, const NodeDescription& node, Network& network,
              std::vector<ReadValue> values, std::vector<std::size_t> positions, bool batch)
      : graph_(graph),
        node_(node),
        network_(network),
        values_(std::move(values)),
        positions_(std::move(positions)),
        batch_(batch),
        made_(node.outputs.size()) {}

  const NodeDescription& node() const { return node_; }
  /// The version of the operators; 0 where it is unknown, and then a new one.
  std::int64_t operators() const { return graph_.operators; }

  bool has(std::string_view attribute) const { return node_.attributes.contains(attribute); }
  std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
  float number(std::string_view attribute, float otherwise) const;
  std::string text(std::string_view attribute, std::string_view otherwise) const;
  std::vector<std::int64_t> integers(std::string_view attribute, std::vector<std::int64_t> otherwise) const;

  /// Input i where it is given and constant, else nullptr.
  const Constant* constant(std::size_t input) const;

  /// A constant input of floats of that rank, or the refusal that names it.
  Result<const Constant*> floats(std::size_t input, std::size_t rank) const;

  /// The same with `count` numbers and one axis, as a tensor.
  Result<Tensor> numbers(std::size_t input, std::size_t count) const;

  /// A list that is an attribute in older versions and a constant input in newer ones; nothing where it is neither.
  Result<std::optional<std::vector<std::int64_t>>> list(std::string_view attribute, std::size_t input) const;

  /// Whether the input is given at all.
  bool present(std::size_t input) const { return input < node_.inputs.size() && !node_.inputs[input].empty(); }

  std::size_t values() const { return values_.size(); }
  ReadValue& value(std::size_t which = 0) { return values_[which]; }
  bool first_is_constant() const { return positions_[0] != 0; }
  const Shape& shape(std::size_t which = 0) const;
  std::size_t size(std::size_t which = 0) const { return shape(which).count(); }
  std::vector<std::int64_t> extents(std::size_t which = 0) const {
    return extents_in_file(shape(which), values_[which].order);
  }
  /// Axes in the file, the batch aside.
  std::size_t rank(std::size_t which = 0) const { return values_[which].order.size(); }

  /// How many axes of the file stand before those of a sample: 1, or 0 where there is no batch.
  std::size_t batch_axes() const { return batch_ ? 1 : 0; }

  /// An axis of the file, counted with the batch and from the end where negative, without the batch; refuses others.
  Result<std::size_t> axis(std::int64_t given, std::size_t rank) const;

  /// Gives a value that order, by layers that reshape and transpose where it lies otherwise.
  Result<void> arrange(const AxisOrder& order, std::size_t which = 0);
  Result<void> arrange_all(const AxisOrder& order);
  /// Undoes a flattening channels first, and gives the engine all axes that the file has.
  Result<void> complete(std::size_t which = 0) { return arrange(complete_order(values_[which].order), which); }
  /// So that elements lie one behind another as they do in the file, whatever the axes.
  Result<void> lay_plain(std::size_t which = 0);
  /// So that this axis of the file is the engine's last one.
  Result<void> bring_last(std::size_t axis, std::size_t which = 0);
  /// Values that are to be combined number by number get one order.
  Result<void> agree();

  /// Adds a layer on the way; what it makes takes the value's place, in the same order.
  Result<void> apply(std::unique_ptr<Operation> operation, std::size_t which = 0);
  /// Adds a layer that takes the first values; what it makes stands in their place, in the order of the first.
  Result<void> combine(std::unique_ptr<Operation> operation, std::size_t count = 2);
  /// Another value that is now what this one is, and its number.
  std::size_t duplicate(std::size_t which = 0);
  Result<void> reshape(const std::vector<std::int64_t>& extents, std::size_t which = 0);

  /// The order of the node's output, where it is not that of its first value.
  void make(AxisOrder order) { order_ = std::move(order); }

  /// Adds the layer that makes one of the node's outputs; where it is nullptr, that output is the first value itself.
  Result<void> finish(std::unique_ptr<Operation> operation, std::size_t output = 0);

  /// Another of the node's outputs.
  void make_output(std::size_t output, ReadValue value) { made_[output] = std::move(value); }

  /// What `finish` was called for, and `make_output`.
  const std::vector<std::optional<ReadValue>>& made() const { return made_; }

  Error refuse(std::string reason) const;

 private:
  Result<std::size_t> add(std::unique_ptr<Operation> operation, std::vector<std::size_t> inputs, std::string name);

  const GraphDescription& graph_;
  const NodeDescription& node_;
  Network& network_;
  std::vector<ReadValue> values_;
  std::vector<std::size_t> positions_;
  bool batch_;
  std::optional<AxisOrder> order_;
  std::vector<std::optional<ReadValue>> made_;
};

}  // namespace mlsec::nn
