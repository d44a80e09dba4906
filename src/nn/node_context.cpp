#include "nn/node_context.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "nn/operations/rearrange.hpp"

namespace mlsec::nn {

namespace {

template <class T>
const T* attribute_of(const NodeDescription& node, std::string_view name) {
  const auto found = node.attributes.find(name);
  return found == node.attributes.end() ? nullptr : std::get_if<T>(&found->second);
}

}  // namespace

std::int64_t NodeContext::integer(std::string_view attribute, std::int64_t otherwise) const {
  const auto* value = attribute_of<std::int64_t>(node_, attribute);
  return value ? *value : otherwise;
}

float NodeContext::number(std::string_view attribute, float otherwise) const {
  const auto* value = attribute_of<float>(node_, attribute);
  return value ? *value : otherwise;
}

std::string NodeContext::text(std::string_view attribute, std::string_view otherwise) const {
  const auto* value = attribute_of<std::string>(node_, attribute);
  return value ? *value : std::string(otherwise);
}

std::vector<std::int64_t> NodeContext::integers(std::string_view attribute, std::vector<std::int64_t> otherwise) const {
  const auto* value = attribute_of<std::vector<std::int64_t>>(node_, attribute);
  return value ? *value : otherwise;
}

const Constant* NodeContext::constant(std::size_t input) const {
  if (!present(input)) return nullptr;
  const auto found = graph_.constants.find(node_.inputs[input]);
  return found == graph_.constants.end() ? nullptr : &found->second;
}

Result<const Constant*> NodeContext::floats(std::size_t input, std::size_t rank) const {
  const Constant* found = constant(input);
  if (!found) return refuse(sentence({"its input ", input, " must be a constant"}));
  if (found->shape.rank() != rank || found->floats.size() != found->shape.count() || found->floats.empty())
    return refuse(sentence({"its constant ", node_.inputs[input], " must be floats with ", rank, " axes"}));
  return found;
}

Result<Tensor> NodeContext::numbers(std::size_t input, std::size_t count) const {
  MLSEC_TRY(const Constant* found, floats(input, 1));
  if (found->floats.size() != count)
    return refuse(sentence({"its constant ", node_.inputs[input], " must hold ", count, " numbers"}));
  return Tensor(found->shape, found->floats);
}

Result<std::optional<std::vector<std::int64_t>>> NodeContext::list(std::string_view attribute,
                                                                   std::size_t input) const {
  using List = std::optional<std::vector<std::int64_t>>;
  if (has(attribute)) return List(integers(attribute, {}));
  if (!present(input)) return List();
  const Constant* found = constant(input);
  if (found && found->shape == Shape{0}) return List();
  if (!found || found->shape.rank() > 1 || found->integers.empty())
    return refuse(sentence({"its input ", input, " must be a constant list of whole numbers"}));
  return List(found->integers);
}

const Shape& NodeContext::shape(std::size_t which) const {
  const std::size_t value = values_[which].value;
  return value == 0 ? network_.input_shape() : network_.nodes()[value - 1].shape;
}

Result<std::size_t> NodeContext::axis(std::int64_t given, std::size_t rank) const {
  const auto batch = static_cast<std::int64_t>(batch_axes()), axes = static_cast<std::int64_t>(rank) + batch;
  const std::int64_t axis = given < 0 ? given + axes : given;
  if (axis < batch || axis >= axes)
    return refuse(sentence({"it works along axis ", given, ", and only axes behind the batch are supported"}));
  return static_cast<std::size_t>(axis - batch);
}

Result<void> NodeContext::apply(std::unique_ptr<Operation> operation, std::size_t which) {
  MLSEC_TRY(values_[which].value, add(std::move(operation), {values_[which].value}, ""));
  return {};
}

Result<void> NodeContext::combine(std::unique_ptr<Operation> operation, std::size_t count) {
  std::vector<std::size_t> inputs;
  for (std::size_t which = 0; which < count; ++which) inputs.push_back(values_[which].value);
  MLSEC_TRY(values_[0].value, add(std::move(operation), std::move(inputs), ""));
  values_.erase(values_.begin() + 1, values_.begin() + static_cast<std::ptrdiff_t>(count));
  return {};
}

std::size_t NodeContext::duplicate(std::size_t which) {
  values_.push_back(ReadValue(values_[which]));
  return values_.size() - 1;
}

Result<void> NodeContext::reshape(const std::vector<std::int64_t>& extents, std::size_t which) {
  if (shape(which) == Shape(std::span<const std::int64_t>(extents))) return {};
  return apply(std::make_unique<Reshape>(Reshape::Options{{extents.begin(), extents.end()}}), which);
}

Result<void> NodeContext::arrange(const AxisOrder& order, std::size_t which) {
  ReadValue& value = values_[which];
  if (value.flattened > 0) {
    const auto channels = static_cast<std::int64_t>(value.flattened), count = static_cast<std::int64_t>(size(which));
    value.flattened = 0;
    MLSEC_TRY_VOID(reshape({count / channels, channels}, which));
    MLSEC_TRY_VOID(apply(std::make_unique<Transpose>(Transpose::Options{{1, 0}}), which));
    MLSEC_TRY_VOID(reshape({count}, which));
  }
  if (value.order == order) return {};
  const std::vector<std::int64_t> there = extents(which);
  if (moves_elements(there, value.order, order)) {
    std::vector<int> axes(order.size(), no_axis);  // of the engine now, in the order in which it will have them
    for (std::size_t axis = 0; axis < order.size(); ++axis)
      axes[static_cast<std::size_t>(order[axis])] = value.order[axis];
    std::erase(axes, no_axis);
    MLSEC_TRY_VOID(apply(std::make_unique<Transpose>(Transpose::Options{std::move(axes)}), which));
  }
  std::vector<std::int64_t> here(order.size());
  for (std::size_t axis = 0; axis < order.size(); ++axis) here[static_cast<std::size_t>(order[axis])] = there[axis];
  MLSEC_TRY_VOID(reshape(here, which));
  value.order = order;
  return {};
}

Result<void> NodeContext::arrange_all(const AxisOrder& order) {
  for (std::size_t which = 0; which < values(); ++which) MLSEC_TRY_VOID(arrange(order, which));
  return {};
}

Result<void> NodeContext::lay_plain(std::size_t which) {
  const AxisOrder plain = plain_order(rank(which));
  if (values_[which].flattened == 0 && !moves_elements(extents(which), values_[which].order, plain)) return {};
  return arrange(plain, which);
}

Result<void> NodeContext::bring_last(std::size_t axis, std::size_t which) {
  const auto last = static_cast<int>(shape(which).rank()) - 1;
  if (values_[which].flattened == 0 && values_[which].order[axis] == last) return {};
  return arrange(order_with_last(axis, rank(which)), which);
}

Result<void> NodeContext::agree() {
  const auto differs = [&](const ReadValue& value) {
    return value.order != values_[0].order || value.flattened != values_[0].flattened;
  };
  if (std::none_of(values_.begin(), values_.end(), differs)) return {};
  std::size_t most = 0;
  for (std::size_t which = 0; which < values(); ++which) most = std::max(most, rank(which));
  for (std::size_t which = 0; which < values(); ++which) {
    if (rank(which) == most) continue;
    // Missing axes stand before the others, which is where the batch is.
    if (batch_) return refuse("its inputs have different numbers of axes");
    AxisOrder& order = values_[which].order;
    order.insert(order.begin(), most - order.size(), no_axis);
  }
  return arrange_all(complete_order(values_[0].order));
}

Result<std::size_t> NodeContext::add(std::unique_ptr<Operation> operation, std::vector<std::size_t> inputs,
                                     std::string name) {
  auto added = network_.add(std::move(operation), std::move(inputs), std::move(name));
  if (added.ok()) return added;
  const std::string& reason = added.error().message;
  Error error = refuse(reason.substr(0, reason.size() - 1));  // which ends the sentence itself
  error.code = added.error().code;
  return error;
}

Result<void> NodeContext::finish(std::unique_ptr<Operation> operation, std::size_t output) {
  ReadValue result = values_[0];
  if (order_) {
    result.order = *order_;
    result.flattened = 0;
  }
  if (operation) {
    std::vector<std::size_t> inputs;
    for (const ReadValue& value : values_) inputs.push_back(value.value);
    MLSEC_TRY(result.value, add(std::move(operation), std::move(inputs), output == 0 ? node_.name : ""));
  }
  made_[output] = std::move(result);
  return {};
}

Error NodeContext::refuse(std::string reason) const {
  const std::string name = node_.name.empty() ? (node_.outputs.empty() ? "?" : node_.outputs[0]) : node_.name;
  return {ErrorCode::unsupported, "model",
          "The model's node " + name + " (" + node_.operation + ") cannot be read here: " + std::move(reason) + "."};
}

}  // namespace mlsec::nn
