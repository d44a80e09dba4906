#include "nn/architecture.hpp"

#include "base/decode.hpp"
#include "base/text.hpp"
#include "nn/operations.hpp"

namespace mlsec::nn {

namespace {

constexpr std::size_t maximum_layers = 1000;

struct InputOptions {
  std::vector<int> input;
  static constexpr auto schema() {
    return mlsec::schema(field("input", &InputOptions::input, "Extents of one sample.").range(1, 65536));
  }
};

Result<std::unique_ptr<Operation>> operation_from(const std::string& type, const Value& options) {
  std::unique_ptr<Operation> made;
  Result<void> outcome;
  std::string known;
  for_each_type(Operations{}, [&]<class O>() {
    known += (known.empty() ? "" : ", ") + std::string(O::public_id);
    if (O::public_id != type) return;
    typename O::Options decoded;
    outcome = decode(options, decoded);
    if (outcome.ok()) made = std::make_unique<O>(decoded);
  });
  if (!outcome.ok()) return outcome.error();
  if (!made)
    return Error{ErrorCode::unknown_name, "type",
                 sentence({"There is no layer type \"", type, "\"; there are ", known, "."})};
  return made;
}

Error in_layer(std::size_t index, Error error) {
  const std::string place = "layers[" + std::to_string(index) + "]";
  const bool of_option = !error.field.empty() && error.field != "model";
  error.field = of_option ? place + "." + error.field : place;
  error.message = "In " + place + ": " + error.message;
  return error;
}

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

  std::size_t index = 0;
  for (const Value& layer : *layers->as<ValueList>()) {
    const Value* type = layer.find("type");
    const std::string* name = type ? type->as<std::string>() : layer.as<std::string>();
    if (!name)
      return in_layer(index,
                      {ErrorCode::wrong_type, "type", "a layer must be an object with the member type, a string."});
    ValueObject options;
    if (const auto* members = layer.as<ValueObject>())
      for (const auto& member : *members)
        if (member.first != "type") options.push_back(member);
    auto operation = operation_from(*name, std::move(options));
    if (!operation.ok()) return in_layer(index, operation.error());
    if (auto added = network.add(std::move(operation).value()); !added.ok()) return in_layer(index, added.error());
    ++index;
  }
  return network;
}

}  // namespace mlsec::nn
