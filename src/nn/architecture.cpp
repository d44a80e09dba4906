#include "nn/architecture.hpp"

#include <array>
#include <map>

#include "base/decode.hpp"
#include "base/text.hpp"
#include "nn/operations.hpp"

namespace mlsec::nn {

namespace {

constexpr std::size_t maximum_layers = 1000, longest_name = 100, most_inputs = 64;

struct InputOptions {
  std::vector<int> input;
  static constexpr auto schema() {
    return mlsec::schema(field("input", &InputOptions::input, "Extents of one sample.").range(1, 65536));
  }
};

template <class O>
Result<std::unique_ptr<Operation>> make(const Value& options) {
  typename O::Options decoded;
  MLSEC_TRY_VOID(decode(options, decoded));
  return std::unique_ptr<Operation>(new O(decoded));
}

struct LayerType {
  std::string_view id;
  Result<std::unique_ptr<Operation>> (*make)(const Value& options);
};
template <class... O>
constexpr std::array<LayerType, sizeof...(O)> layer_types(TypeList<O...>) {
  return {{{O::public_id, &make<O>}...}};
}

Result<std::unique_ptr<Operation>> operation_from(const std::string& type, const Value& options) {
  static constexpr auto types = layer_types(Operations{});
  std::string known;
  for (const LayerType& each : types) {
    if (each.id == type) return each.make(options);
    append_name(known, each.id);
  }
  return Error{ErrorCode::unknown_name, "type",
               sentence({"There is no layer type \"", type, "\"; there are ", known, "."})};
}

Error in_layer(std::size_t index, Error error) {
  const std::string place = sentence({"layers[", index, "]"});
  const bool of_option = !error.field.empty() && error.field != "model";
  error.field = of_option ? sentence({place, ".", error.field}) : place;
  error.message = sentence({"In ", place, ": ", error.message});
  return error;
}

/// A network in the making.
class Assembly {
 public:
  explicit Assembly(Network network) : network_(std::move(network)) {}

  /// One more layer; errors name its members.
  Result<void> add(const Value& layer) {
    const Value* type = layer.find("type");
    const std::string* id = type ? type->as<std::string>() : layer.as<std::string>();
    if (!id) return Error{ErrorCode::wrong_type, "type", "a layer must be an object with the member type, a string."};
    MLSEC_TRY(std::string name, name_of(layer));
    MLSEC_TRY(std::vector<std::size_t> inputs, inputs_of(layer));
    ValueObject options;
    if (const auto* members = layer.as<ValueObject>())
      for (const auto& member : *members)
        if (member.first != "type" && member.first != "name" && member.first != "from") options.push_back(member);
    MLSEC_TRY(auto operation, operation_from(*id, std::move(options)));
    for (std::size_t value : inputs) used_[value] = true;
    MLSEC_TRY(const std::size_t value, network_.add(std::move(operation), std::move(inputs), name));
    if (!name.empty()) values_.emplace(std::move(name), value);
    used_.push_back(false);
    return {};
  }

  /// The network, or the refusal of a layer that leads nowhere.
  Result<Network> finish() && {
    for (std::size_t i = 0; i + 1 < network_.nodes().size(); ++i)
      if (!used_[i + 1])
        return in_layer(
            i,
            {ErrorCode::unsupported, "",
             sentence({"no layer takes the output of ", network_.nodes()[i].name, ", and it is not the last one."})});
    return std::move(network_);
  }

 private:
  /// Empty where the layer has none.
  Result<std::string> name_of(const Value& layer) const {
    const Value* member = layer.find("name");
    if (!member || member->is_null()) return std::string();
    const std::string* name = member->as<std::string>();
    if (!name)
      return Error{ErrorCode::wrong_type, "name",
                   sentence({"name must be a string, not ", describe_kind(*member), "."})};
    if (name->empty() || name->size() > longest_name)
      return Error{ErrorCode::out_of_range, "name", "name must have between 1 and 100 characters."};
    if (values_.contains(*name))
      return Error{ErrorCode::out_of_range, "name", sentence({"there is a \"", *name, "\" already."})};
    return *name;
  }

  Result<std::vector<std::size_t>> inputs_of(const Value& layer) const {
    const Value* member = layer.find("from");
    if (!member || member->is_null()) return std::vector<std::size_t>{network_.nodes().size()};
    const Value* first = member;
    std::size_t count = 1;
    if (const auto* list = member->as<ValueList>()) {
      first = list->data();
      count = list->size();
      if (count == 0 || count > most_inputs)
        return Error{ErrorCode::out_of_range, "from", "from must hold between 1 and 64 names."};
    }
    std::vector<std::size_t> inputs;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string* name = first[i].as<std::string>();
      if (!name)
        return Error{ErrorCode::wrong_type, "from",
                     sentence({"from must be a name or a list of names, not ", describe_kind(first[i]), "."})};
      const auto found = values_.find(*name);
      if (found == values_.end()) {
        std::string known;
        for (const auto& entry : values_) append_name(known, entry.first);
        return Error{ErrorCode::unknown_name, "from",
                     sentence({"no layer before this one is called \"", *name, "\"; there are ", known, "."})};
      }
      inputs.push_back(found->second);
    }
    return inputs;
  }

  Network network_;
  std::map<std::string, std::size_t, std::less<>> values_{{"input", 0}};  // by name
  std::vector<char> used_{false};                                         // of each value, whether a layer takes it
};

}  // namespace

Result<Network> network_from(const Value& architecture) {
  const Value* layers = architecture.find("layers");
  if (!layers || !layers->as<ValueList>())
    return Error{ErrorCode::wrong_type, "architecture",
                 "architecture must be an object { input: [...], layers: [...] }."};
  InputOptions input;
  for (const auto& [name, member] : *architecture.as<ValueObject>())
    if (name != "layers" && name != "input")
      return Error{ErrorCode::unknown_option, name, sentence({"There is no option ", name, " here."})};
  if (const Value* shape = architecture.find("input")) MLSEC_TRY_VOID(decode(ValueObject{{"input", *shape}}, input));
  if (input.input.empty() || input.input.size() > 3)
    return Error{ErrorCode::shape_mismatch, "input",
                 "input must be [features] or [height, width, channels], the extents of one sample."};
  std::vector<std::int64_t> extents(input.input.begin(), input.input.end());
  Network network{Shape(extents)};
  if (network.input_shape().count() > maximum_elements)
    return Error{ErrorCode::too_large, "input", "One sample may have at most 67108864 values."};
  if (layers->as<ValueList>()->empty() || layers->as<ValueList>()->size() > maximum_layers)
    return Error{ErrorCode::out_of_range, "layers", "layers must have between 1 and 1000 entries."};

  Assembly assembly(std::move(network));
  std::size_t index = 0;
  for (const Value& layer : *layers->as<ValueList>()) {
    if (auto added = assembly.add(layer); !added.ok()) return in_layer(index, added.error());
    ++index;
  }
  return std::move(assembly).finish();
}

}  // namespace mlsec::nn
