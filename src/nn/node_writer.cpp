#include "nn/node_writer.hpp"

#include <utility>

namespace mlsec::nn {

std::string NodeWriter::add(std::string_view name, Constant constant) {
  std::string whole = prefix_ + "." + std::string(name);
  graph_.constants[whole] = std::move(constant);
  return whole;
}

std::string NodeWriter::add_integers(std::string_view name, std::vector<std::int64_t> values) {
  return add(name, {Shape{static_cast<std::int64_t>(values.size())}, {}, std::move(values)});
}

std::string NodeWriter::add_values(std::string_view name, const Tensor& tensor) {
  return add(name, {tensor.shape(), {tensor.values().begin(), tensor.values().end()}, {}});
}

void NodeWriter::arrange(const AxisOrder& order, std::size_t which) {
  WrittenValue& value = inputs_[which];
  if (value.flattened > 0) {
    // Too late here: the whole file is written again, with a Transpose before that Flatten.
    transposed_[value.flattened_by] = true;
    value.flattened = 0;
  }
  if (value.order != order) {
    std::vector<std::int64_t> permutation{0};
    for (int axis : order)
      permutation.push_back(static_cast<std::int64_t>(axis_in_file(value.order, static_cast<std::size_t>(axis))) + 1);
    const std::string number = arranged_ == 0 ? "" : std::to_string(arranged_ + 1);
    ++arranged_;
    NodeDescription node = onnx_node("Transpose", {{"perm", std::move(permutation)}});
    node.name = prefix_ + ".transpose" + number;
    node.inputs = {value.name};
    step(std::move(node), "transposed" + number, which);
    value.order = order;
  }
  if (which == 0) make(order);
}

void NodeWriter::arrange_all(const AxisOrder& order) {
  for (std::size_t which = 0; which < inputs_.size(); ++which) arrange(order, which);
}

void NodeWriter::agree() {
  bool same = true;
  for (const WrittenValue& value : inputs_)
    same = same && value.flattened == inputs_[0].flattened && value.order == inputs_[0].order;
  if (!same) arrange_all(AxisOrder(inputs_[0].order));
}

void NodeWriter::reshape(const Shape& shape, std::size_t which) {
  WrittenValue& value = inputs_[which];
  arrange(plain_order(value.shape.rank()), which);
  std::vector<std::int64_t> extents{0};
  extents.insert(extents.end(), shape.begin(), shape.end());
  const std::string number = std::to_string(which);
  NodeDescription node = onnx_node("Reshape");
  node.name = prefix_ + ".reshape" + number;
  node.inputs = {value.name, add_integers("shape" + number, std::move(extents))};
  step(std::move(node), "reshaped" + number, which);
  value.shape = shape;
  value.order = plain_order(shape.rank());
}

void NodeWriter::step(NodeDescription node, std::string_view made, std::size_t which) {
  node.outputs = {prefix_ + "." + std::string(made)};
  inputs_[which].name = node.outputs[0];
  graph_.nodes.push_back(std::move(node));
}

NodeDescription NodeWriter::node(std::string operation, std::vector<std::string> constants,
                                 std::map<std::string, Attribute, std::less<>> attributes) const {
  NodeDescription node = onnx_node(std::move(operation), std::move(attributes));
  node.name = prefix_;
  for (const WrittenValue& value : inputs_) node.inputs.push_back(value.name);
  for (std::string& constant : constants) node.inputs.push_back(std::move(constant));
  return node;
}

void NodeWriter::make(AxisOrder order, std::size_t flattened) {
  made_.order = std::move(order);
  made_.flattened = flattened;
  made_.flattened_by = node_;
}

}  // namespace mlsec::nn
