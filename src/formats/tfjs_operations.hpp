// The operations of TensorFlow that a GraphModel may have, as nodes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "formats/tfjs_builder.hpp"
#include "formats/tfjs_weights.hpp"

namespace mlsec::formats::tfjs {

/// What a node makes: a value, or a constant where there is none.
struct Item {
  std::optional<Tracked> value = {};
  Constant constant = {};  // with `open_extent`, see tfjs_constants.hpp
  bool whole = false;      // of a value: whole numbers, only to be looked up

  // Out of line, as Tracked's are.
  Item();
  Item(Tracked value);
  Item(Constant constant);
  Item(const Item&);
  Item(Item&&) noexcept;
  Item& operator=(const Item&);
  Item& operator=(Item&&) noexcept;
  ~Item();
};

/// The attributes of a node in a GraphDef. One that is missing has its default; one of a wrong type has it, too, and is
/// remembered by name.
class NodeAttributes {
 public:
  explicit NodeAttributes(const Value* object) : object_(object) {}

  const Value* find(std::string_view name, std::string_view kind) const;
  bool flag(std::string_view name, bool otherwise);
  double number(std::string_view name, double otherwise);
  std::int64_t integer(std::string_view name, std::int64_t otherwise);
  std::string text(std::string_view name, std::string_view otherwise);
  std::string_view type(std::string_view name) const { return text_of(find(name, "type")); }
  Integers integers(std::string_view name);
  std::vector<std::string> texts(std::string_view name);

  const std::string& wrong() const { return wrong_; }

 private:
  const Value* object_;
  std::string wrong_;
};

struct NodeCall {
  std::string_view operation, name;
  NodeAttributes attributes;
  std::vector<const Item*> inputs;
  std::int64_t batch;  // of the model's inputs where they fix it, else -1
};

/// Adds what one node makes, an item for each output; begin() was called. Refuses operations that are not supported,
/// and options of them. Placeholders are not among them.
Result<std::vector<Item>> add_node(NodeCall& call, GraphBuilder& builder, const Weights& weights, Allowance& allowance);

}  // namespace mlsec::formats::tfjs
