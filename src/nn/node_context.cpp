#include "nn/node_context.hpp"

#include "base/text.hpp"

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

Error NodeContext::refuse(std::string reason) const {
  const std::string name = node_.name.empty() ? (node_.outputs.empty() ? "?" : node_.outputs[0]) : node_.name;
  return {ErrorCode::unsupported, "model",
          "The model's node " + name + " (" + node_.operation + ") cannot be read here: " + std::move(reason) + "."};
}

}  // namespace mlsec::nn
