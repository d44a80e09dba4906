#include "catalog/programs.hpp"

#include "base/text.hpp"
#include "catalog/methods.hpp"

namespace mlsec::catalog {

namespace {

Result<DecodedAttack> decode_as(const Method& method, const Value& options) {
  DecodedAttack decoded;
  decoded.program = method.make();
  MLSEC_TRY_VOID(detail::decode_structs(options, "",
                                        {{method.layout(), decoded.program->options()},
                                         {detail::layout_of<attacks::AttackOptions>(), &decoded.options}}));
  return decoded;
}

}  // namespace

Result<DecodedAttack> decode_attack(const Value& options) {
  const Value* method = options.find("method");
  const std::string* name = method ? method->as<std::string>() : nullptr;
  if (!name) return Error{ErrorCode::wrong_type, "method", "method must be the name of an attack."};
  ValueObject rest;
  for (const auto& member : *options.as<ValueObject>())
    if (member.first != "method") rest.push_back(member);

  std::string known;
  for (const Method& each : methods()) {
    if (each.id == *name && each.make) return decode_as(each, std::move(rest));
    if (each.id == *name)
      return Error{ErrorCode::unsupported, "method", sentence({"The method ", *name, " is not part of this build."})};
    append_name(known, each.id);
  }
  return Error{ErrorCode::unknown_name, "method",
               sentence({"There is no method \"", *name, "\"; there are ", known, "."})};
}

Result<DecodedAttack> decode_attack(const MethodReference& reference, std::string_view field) {
  ValueObject options{{"method", reference.method}};
  if (const auto* members = reference.options.as<ValueObject>())
    for (const auto& member : *members)
      if (member.first != "method") options.push_back(member);
  auto decoded = decode_attack(Value(std::move(options)));
  if (decoded.ok()) return decoded;
  Error error = decoded.error();
  error.message = sentence({"In ", field, ": ", error.message});
  error.field = sentence({field, error.field.empty() ? "" : ".", error.field});
  return error;
}

}  // namespace mlsec::catalog
