// What an operation sees of its node in a file when it is read.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "nn/description.hpp"

namespace mlsec::nn {

class NodeContext {
 public:
  /// `flattened` is height x width x channels of the image from which input 0 was flattened, where that has more than
  /// one order: files flatten channels first, the engine channels last.
  NodeContext(const GraphDescription& graph, const NodeDescription& node, std::optional<Shape> flattened)
      : graph_(graph), node_(node), flattened_(flattened) {}

  const NodeDescription& node() const { return node_; }
  const std::optional<Shape>& flattened() const { return flattened_; }

  bool has(std::string_view attribute) const { return node_.attributes.contains(attribute); }
  std::int64_t integer(std::string_view attribute, std::int64_t otherwise) const;
  float number(std::string_view attribute, float otherwise) const;
  std::string text(std::string_view attribute, std::string_view otherwise) const;
  std::vector<std::int64_t> integers(std::string_view attribute, std::vector<std::int64_t> otherwise) const;

  /// Input i where it is given and constant, else nullptr.
  const Constant* constant(std::size_t input) const;

  /// A constant input of floats of that rank, or the refusal that names it.
  Result<const Constant*> floats(std::size_t input, std::size_t rank) const;

  /// Whether the input is given at all.
  bool present(std::size_t input) const { return input < node_.inputs.size() && !node_.inputs[input].empty(); }

  Error refuse(std::string reason) const;

 private:
  const GraphDescription& graph_;
  const NodeDescription& node_;
  std::optional<Shape> flattened_;
};

}  // namespace mlsec::nn
