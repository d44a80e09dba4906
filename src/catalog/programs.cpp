#include "catalog/programs.hpp"

#include <array>

#include "base/text.hpp"
#include "catalog/attacks.hpp"

namespace mlsec::catalog {

namespace {

template <class Attack>
Result<DecodedAttack> decode_as(const Value& options) {
  DecodedAttack decoded;
  typename Attack::Options own;
  MLSEC_TRY_VOID(decode(options, own, decoded.options));
  decoded.program = std::make_unique<attacks::ProgramOf<Attack>>(std::move(own));
  return decoded;
}

struct Method {
  std::string_view id;
  Result<DecodedAttack> (*decode)(const Value& options);
};
template <class... Attack>
constexpr std::array<Method, sizeof...(Attack)> methods_of(TypeList<Attack...>) {
  return {{{Attack::id, &decode_as<Attack>}...}};
}

}  // namespace

Result<DecodedAttack> decode_attack(const Value& options) {
  const Value* method = options.find("method");
  const std::string* name = method ? method->as<std::string>() : nullptr;
  if (!name) return Error{ErrorCode::wrong_type, "method", "method must be the name of an attack."};
  ValueObject rest;
  for (const auto& member : *options.as<ValueObject>())
    if (member.first != "method") rest.push_back(member);

  static constexpr auto methods = methods_of(Attacks{});
  std::string known;
  for (const Method& each : methods) {
    if (each.id == *name) return each.decode(std::move(rest));
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
