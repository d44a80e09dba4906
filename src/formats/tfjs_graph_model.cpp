#include "formats/tfjs_graph_model.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "formats/tfjs_builder.hpp"
#include "formats/tfjs_json.hpp"
#include "formats/tfjs_operations.hpp"
#include "formats/tfjs_order.hpp"

namespace mlsec::formats::tfjs {

namespace {

/// One of the outputs of a node.
struct Source {
  std::size_t node = 0, output = 0;
};

struct GraphNode {
  std::string_view name, operation;
  const Value* attributes = nullptr;
  std::vector<Source> inputs;

  bool is_input() const { return operation == "Placeholder"; }
};

class Reader {
 public:
  Reader(const Value& model, const Weights& weights, Allowance& allowance)
      : model_(model), weights_(weights), allowance_(allowance), builder_(allowance) {}

  Result<nn::GraphDescription> read() {
    MLSEC_TRY_VOID(read_nodes());
    MLSEC_TRY(const std::vector<Source> outputs, ends("outputs"));
    std::vector<std::vector<std::size_t>> needs;
    for (const GraphNode& node : nodes_) {
      needs.emplace_back();
      for (const Source& input : node.inputs) needs.back().push_back(input.node);
    }
    std::vector<std::size_t> wanted;
    for (const Source& output : outputs) wanted.push_back(output.node);
    const Order order = order_of(needs, wanted);
    if (order.cycle) return refuse(ErrorCode::malformed, subject_of(nodes_[*order.cycle]), "needs its own output.");

    items_.resize(nodes_.size());
    MLSEC_TRY_VOID(add_inputs(order.sequence));
    for (std::size_t number : order.sequence)
      if (!nodes_[number].is_input()) MLSEC_TRY_VOID(add(number));
    for (const Source& output : outputs) {
      const GraphNode& node = nodes_[output.node];
      MLSEC_TRY_VOID(check(output, node));
      const Item& item = items_[output.node][output.output];
      if (!item.value || item.whole)
        return refuse(ErrorCode::unsupported, subject_of(node), "is an output of the model, but no value of floats.");
      MLSEC_TRY_VOID(builder_.begin("output", node.name, node.operation));
      MLSEC_TRY_VOID(builder_.output(*item.value));
    }
    return std::move(builder_).finish();
  }

 private:
  static Subject subject_of(const GraphNode& node) { return {"node", node.name, node.operation}; }

  /// From "name" or "name:1".
  Result<Source> source_of(std::string_view text, const Subject& user) const {
    const std::size_t colon = text.find(':');
    const auto found = numbers_.find(text.substr(0, colon));
    if (found == numbers_.end())
      return refuse(ErrorCode::malformed, user, "uses the node", text, ", which is not there.");
    Source source{found->second, 0};
    if (colon != std::string_view::npos) {
      const auto output = to_number(text.substr(text.rfind(':') + 1));
      if (!output || *output < 0 || *output > 10'000 || *output != static_cast<double>(static_cast<int>(*output)))
        return refuse(ErrorCode::malformed, user, "uses the output", text, ", which is not named by a number.");
      source.output = static_cast<std::size_t>(*output);
    }
    return source;
  }

  Result<void> read_nodes() {
    const ValueList& list = list_of(find(model_, {"modelTopology", "node"}));
    for (const Value& value : list) {
      const GraphNode node{text_of(value.find("name")), text_of(value.find("op")), value.find("attr"), {}};
      MLSEC_TRY_VOID(allowance_.check_name(node.name));
      if (node.name.empty() || node.operation.empty())
        return refuse(ErrorCode::malformed, subject_of(node), "does not have a name and an operation.");
      if (!numbers_.emplace(node.name, nodes_.size()).second)
        return refuse(ErrorCode::malformed, subject_of(node), "is given twice.");
      nodes_.push_back(node);
    }
    if (nodes_.empty()) return refuse(ErrorCode::malformed, "The model has no nodes.");
    for (std::size_t i = 0; i < nodes_.size(); ++i)
      for (const Value& value : list_of(list[i].find("input"))) {
        const std::string_view text = text_of(&value);
        if (text.starts_with('^')) continue;  // only an order of execution
        MLSEC_TRY_VOID(allowance_.take_entries());
        MLSEC_TRY(const Source source, source_of(text, subject_of(nodes_[i])));
        nodes_[i].inputs.push_back(source);
      }
    return {};
  }

  const Value* signature(std::string_view side) const {
    const Value* found = find(model_, {"signature", side});
    return found ? found : find(model_, {"userDefinedMetadata", "signature", side});
  }

  /// The inputs or outputs that the signature names; without one, outputs are what nothing uses.
  Result<std::vector<Source>> ends(std::string_view side) const {
    std::vector<Source> sources;
    const Value* named = signature(side);
    if (const auto* object = named ? named->as<ValueObject>() : nullptr) {
      for (const auto& [name, value] : *object) {
        const std::string_view given = text_of(value.find("name"));
        MLSEC_TRY(sources.emplace_back(), source_of(given.empty() ? name : given, {"signature", name}));
      }
    } else if (side == "outputs") {
      std::vector<bool> used(nodes_.size(), false);
      for (const GraphNode& node : nodes_)
        for (const Source& input : node.inputs) used[input.node] = true;
      for (std::size_t i = 0; i < nodes_.size(); ++i)
        if (!used[i] && nodes_[i].operation != "Const" && nodes_[i].operation != "NoOp" && !nodes_[i].is_input())
          sources.push_back({i, 0});
    }
    if (sources.empty() && side == "outputs") return refuse(ErrorCode::malformed, "The model has no outputs.");
    return sources;
  }

  /// Those that are needed, as the signature orders them.
  Result<void> add_inputs(const std::vector<std::size_t>& sequence) {
    MLSEC_TRY(const std::vector<Source> named, ends("inputs"));
    std::vector<bool> needed(nodes_.size(), false);
    for (std::size_t number : sequence) needed[number] = true;
    std::vector<std::size_t> candidates;
    for (const Source& source : named) candidates.push_back(source.node);
    for (std::size_t number = 0; number < nodes_.size(); ++number) candidates.push_back(number);
    for (std::size_t number : candidates)
      if (needed[number] && nodes_[number].is_input() && items_[number].empty()) MLSEC_TRY_VOID(add_input(number));
    return {};
  }

  Result<void> add_input(std::size_t number) {
    const GraphNode& node = nodes_[number];
    MLSEC_TRY_VOID(builder_.begin("input", node.name, node.operation));
    const NodeAttributes attributes(node.attributes);
    const std::string_view type = attributes.type("dtype");
    const bool whole = type == "DT_INT32" || type == "DT_INT64";
    if (!whole && type != "DT_FLOAT")
      return builder_.refuse("has the type", type, ", and only floats and whole numbers are supported.");
    const Value* shape = attributes.find("shape", "shape");
    const Value* extents_given = shape ? shape->find("dim") : nullptr;
    if (!extents_given || list_of(extents_given).empty()) {
      // Some converters leave the shape to the signature.
      if (const auto* inputs = signature("inputs") ? signature("inputs")->as<ValueObject>() : nullptr)
        for (const auto& [name, value] : *inputs) {
          const std::string_view given = text_of(value.find("name"));
          if (given.substr(0, given.find(':')) == node.name) extents_given = find(value, {"tensorShape", "dim"});
        }
    }
    Integers extents;
    for (const Value& extent : list_of(extents_given)) {
      const Value* size = extent.find("size");
      extents.push_back((size ? integer_of(*size) : std::nullopt).value_or(-1));
    }
    MLSEC_TRY(Tracked value, builder_.input(node.name, extents));
    if (extents[0] > 0) batch_ = extents[0];
    items_[number].emplace_back(std::move(value)).whole = whole;
    return {};
  }

  Result<void> check(const Source& source, const GraphNode& user) const {
    if (source.output < items_[source.node].size()) return {};
    return refuse(ErrorCode::malformed, subject_of(user), "uses an output that is not there.");
  }

  Result<void> add(std::size_t number) {
    const GraphNode& node = nodes_[number];
    MLSEC_TRY_VOID(builder_.begin("node", node.name, node.operation));
    NodeCall call{node.operation, node.name, NodeAttributes(node.attributes), {}, batch_};
    for (const Source& input : node.inputs) {
      MLSEC_TRY_VOID(check(input, node));
      call.inputs.push_back(&items_[input.node][input.output]);
    }
    MLSEC_TRY(items_[number], add_node(call, builder_, weights_, allowance_));
    return {};
  }

  const Value& model_;
  const Weights& weights_;
  Allowance& allowance_;
  GraphBuilder builder_;
  std::vector<GraphNode> nodes_;
  std::map<std::string_view, std::size_t> numbers_;
  std::vector<std::vector<Item>> items_;  // what each node made
  std::int64_t batch_ = -1;
};

}  // namespace

Result<nn::GraphDescription> read_graph_model(const Value& model, const Weights& weights, Allowance& allowance) {
  return Reader(model, weights, allowance).read();
}

}  // namespace mlsec::formats::tfjs
