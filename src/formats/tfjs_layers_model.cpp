#include "formats/tfjs_layers_model.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "formats/tfjs_builder.hpp"
#include "formats/tfjs_json.hpp"
#include "formats/tfjs_layers.hpp"
#include "formats/tfjs_order.hpp"

namespace mlsec::formats::tfjs {

namespace {

using Values = std::vector<Tracked>;

bool is_model(std::string_view kind) { return kind == "Sequential" || kind == "Functional" || kind == "Model"; }

/// A layer as the list of a model has it.
struct Entry {
  std::string_view kind, name;
  const Value* config;  // at least an empty object
};

Entry entry_of(const Value& value) {
  static const Value empty{ValueObject{}};
  const Value* config = value.find("config");
  Entry entry{text_of(value.find("class_name")), text_of(value.find("name")), config ? config : &empty};
  if (entry.name.empty()) entry.name = text_of(entry.config->find("name"));
  return entry;
}

/// One of the outputs of one use of a layer.
struct Reference {
  std::string_view layer;
  std::size_t use = 0, output = 0;
};

/// From [layer, use, output] or what Keras 3 has for it.
std::optional<Reference> reference_of(const Value& value) {
  const Value* list = find(value, {"config", "keras_history"});
  const ValueList& parts = list_of(list ? list : &value);
  if (parts.size() < 3) return std::nullopt;
  const auto use = integer_of(parts[1]), output = integer_of(parts[2]);
  const std::string_view layer = text_of(&parts[0]);
  if (layer.empty() || !use || !output || *use < 0 || *output < 0) return std::nullopt;
  return Reference{layer, static_cast<std::size_t>(*use), static_cast<std::size_t>(*output)};
}

/// Those of a list of references, however they are nested, or of a single one.
bool collect(const Value& value, std::vector<Reference>& references) {
  if (const auto reference = reference_of(value)) {
    references.push_back(*reference);
    return true;
  }
  const auto* list = value.as<ValueList>();
  if (!list) return false;
  for (const Value& element : *list)
    if (!collect(element, references)) return false;
  return true;
}

class Reader {
 public:
  Reader(const Weights& weights, Allowance& allowance) : builder_(allowance), weights_(weights) {}

  Result<nn::GraphDescription> read(const Value& model) {
    MLSEC_TRY(const Values outputs, add_model(entry_of(model), nullptr));
    for (const Tracked& output : outputs) MLSEC_TRY_VOID(builder_.output(output));
    return std::move(builder_).finish();
  }

 private:
  Error malformed(std::string_view name, std::string_view why) const {
    return refuse(ErrorCode::malformed, {"layer", name}, why);
  }

  Result<Tracked> add_input(const Entry& entry) {
    MLSEC_TRY_VOID(builder_.begin("input", entry.name, entry.kind));
    const Value* shape = nullptr;
    for (const char* name : {"batch_input_shape", "batch_shape"})
      if (!shape) shape = entry.config->find(name);
    if (!shape || !shape->as<ValueList>()) return builder_.refuse("does not have a shape.", ErrorCode::malformed);
    return input_of(entry.name, *shape);
  }

  // null stands for an open extent.
  Result<Tracked> input_of(std::string_view name, const Value& shape) {
    Integers extents;
    for (const Value& element : list_of(&shape)) extents.push_back(integer_of(element).value_or(-1));
    return builder_.input(name, extents);
  }

  Result<Values> apply(const Entry& entry, const Values& inputs) {
    if (is_model(entry.kind)) return add_model(entry, &inputs);
    MLSEC_TRY_VOID(builder_.begin("layer", entry.name, entry.kind));
    LayerCall call{entry.kind, entry.name, Options(*entry.config), inputs};
    MLSEC_TRY(Tracked made, add_layer(call, builder_, weights_));
    return Values{std::move(made)};
  }

  /// With these inputs, or inputs of the whole.
  Result<Values> add_model(const Entry& model, const Values* given) {
    if (!is_model(model.kind))
      return refuse(ErrorCode::unsupported, {"model", model.name, model.kind},
                    "is neither a Sequential nor a Functional model.");
    return model.kind == "Sequential" ? add_sequential(model, given) : add_functional(model, given);
  }

  Result<Values> add_sequential(const Entry& model, const Values* given) {
    // Older versions have the list itself as config.
    const Value* named = model.config->find("layers");
    const ValueList& layers = list_of(named ? named : model.config);
    std::optional<Values> values;
    if (given) values = *given;
    for (const Value& layer : layers) {
      const Entry entry = entry_of(layer);
      if (entry.kind == "InputLayer") {
        if (values) continue;
        MLSEC_TRY(Tracked input, add_input(entry));
        values = Values{std::move(input)};
        continue;
      }
      if (!values && is_model(entry.kind)) {
        MLSEC_TRY(values, add_model(entry, nullptr));
        continue;
      }
      if (!values) {
        const Value* built = model.config->find("build_input_shape");
        const bool own = entry.config->find("batch_input_shape") || entry.config->find("batch_shape");
        MLSEC_TRY_VOID(builder_.begin("input", entry.name, entry.kind));
        std::string name(entry.name);
        name += "_input";
        if (!own && (!built || !built->as<ValueList>()))
          return builder_.refuse("does not have a shape.", ErrorCode::malformed);
        const Value* shape = entry.config->find("batch_input_shape");
        if (!shape) shape = entry.config->find("batch_shape");
        MLSEC_TRY(Tracked input, input_of(name, own ? *shape : *built));
        values = Values{std::move(input)};
      }
      MLSEC_TRY(Values made, apply(entry, *values));
      values = std::move(made);
    }
    if (!values) return refuse(ErrorCode::malformed, {"model", model.name}, "has no layers.");
    return *std::move(values);
  }

  /// The uses of the layers of a functional model, one behind another.
  struct Uses {
    std::vector<Entry> entries;
    std::map<std::string_view, std::size_t> layers;
    std::vector<std::size_t> first, count;       // of each layer's uses
    std::vector<std::size_t> shift;              // what each layer's first use is counted as
    std::vector<std::size_t> layer_of;           // of each use
    std::vector<std::vector<Reference>> inputs;  // of each use

    /// A model within a model may have counted its own making as a use, which is not in the list.
    void notice(const Reference& reference) {
      const auto found = layers.find(reference.layer);
      if (found == layers.end()) return;
      const std::size_t layer = found->second;
      if (is_model(entries[layer].kind) && reference.use == count[layer]) shift[layer] = 1;
    }

    std::optional<std::size_t> find(const Reference& reference) const {
      const auto found = layers.find(reference.layer);
      if (found == layers.end()) return std::nullopt;
      const std::size_t layer = found->second, use = reference.use - shift[layer];
      if (reference.use < shift[layer] || use >= count[layer]) return std::nullopt;
      return first[layer] + use;
    }
  };

  Result<Uses> uses_of(const Entry& model) const {
    Uses uses;
    for (const Value& layer : list_of(model.config->find("layers"))) {
      const Entry entry = entry_of(layer);
      if (!uses.layers.emplace(entry.name, uses.entries.size()).second)
        return malformed(entry.name, "is in its model twice.");
      uses.first.push_back(uses.inputs.size());
      const auto add_use = [&](std::vector<Reference> inputs) {
        uses.inputs.push_back(std::move(inputs));
        uses.layer_of.push_back(uses.entries.size());
      };
      for (const Value& node : list_of(layer.find("inbound_nodes"))) {
        std::vector<Reference> inputs;
        const Value* arguments = node.find("args");
        if (!collect(arguments ? *arguments : node, inputs) || inputs.empty())
          return malformed(entry.name, "has inputs that are not named by layer, use and output.");
        add_use(std::move(inputs));
      }
      if (uses.inputs.size() == uses.first.back() && entry.kind == "InputLayer") add_use({});
      uses.count.push_back(uses.inputs.size() - uses.first.back());
      uses.shift.push_back(0);
      uses.entries.push_back(entry);
    }
    return uses;
  }

  static Result<std::vector<std::size_t>> numbers_of(const Uses& uses, const std::vector<Reference>& references) {
    std::vector<std::size_t> numbers;
    for (const Reference& reference : references) {
      const auto number = uses.find(reference);
      if (!number) return refuse(ErrorCode::malformed, {"layer", reference.layer}, "is used but not there.");
      numbers.push_back(*number);
    }
    return numbers;
  }

  Result<Values> add_functional(const Entry& model, const Values* given) {
    const Subject subject{"model", model.name, model.kind};
    MLSEC_TRY(Uses uses, uses_of(model));
    std::vector<Reference> inputs, outputs;
    const Value *input_layers = model.config->find("input_layers"),
                *output_layers = model.config->find("output_layers");
    if (!input_layers || !output_layers || !collect(*input_layers, inputs) || !collect(*output_layers, outputs) ||
        inputs.empty() || outputs.empty())
      return refuse(ErrorCode::malformed, subject, "does not say which layers are its inputs and outputs.");
    if (given && given->size() != inputs.size())
      return refuse(ErrorCode::malformed, subject, "is used with another number of inputs than it has.");
    for (const auto& references : uses.inputs)
      for (const Reference& reference : references) uses.notice(reference);
    for (const Reference& reference : outputs) uses.notice(reference);
    std::vector<std::vector<std::size_t>> needs;
    for (const auto& references : uses.inputs) {
      MLSEC_TRY(needs.emplace_back(), numbers_of(uses, references));
    }
    MLSEC_TRY(const auto ends, numbers_of(uses, outputs));
    MLSEC_TRY(const auto starts, numbers_of(uses, inputs));
    std::vector<Values> made(needs.size());
    for (std::size_t i = 0; i < starts.size(); ++i) {
      const Entry& entry = uses.entries[uses.layer_of[starts[i]]];
      if (entry.kind != "InputLayer") return malformed(entry.name, "is an input of its model, but no InputLayer.");
      if (!made[starts[i]].empty()) return malformed(entry.name, "is an input of its model twice.");
      if (given) {
        made[starts[i]] = {(*given)[i]};
      } else {
        MLSEC_TRY(Tracked input, add_input(entry));
        made[starts[i]] = {std::move(input)};
      }
    }
    const Order order = order_of(needs, ends);
    if (order.cycle) return malformed(uses.entries[uses.layer_of[*order.cycle]].name, "needs its own output.");
    const auto values_of = [&](const std::vector<Reference>& references,
                               const std::vector<std::size_t>& numbers) -> Result<Values> {
      Values values;
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (references[i].output >= made[numbers[i]].size())
          return malformed(references[i].layer, "does not have as many outputs as are used.");
        values.push_back(made[numbers[i]][references[i].output]);
      }
      return values;
    };
    for (std::size_t use : order.sequence) {
      if (!made[use].empty()) continue;
      const Entry& entry = uses.entries[uses.layer_of[use]];
      if (entry.kind == "InputLayer") return malformed(entry.name, "is no input of its model.");
      MLSEC_TRY(const Values from, values_of(uses.inputs[use], needs[use]));
      MLSEC_TRY(made[use], apply(entry, from));
    }
    return values_of(outputs, ends);
  }

  GraphBuilder builder_;
  const Weights& weights_;
};

}  // namespace

Result<nn::GraphDescription> read_layers_model(const Value& topology, const Weights& weights, Allowance& allowance) {
  return Reader(weights, allowance).read(topology);
}

}  // namespace mlsec::formats::tfjs
