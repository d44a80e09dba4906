#include "catalog/programs.hpp"

#include <array>

#include "base/text.hpp"
#include "catalog/attacks.hpp"

namespace mlsec::catalog {

namespace {

template <class Attack>
std::unique_ptr<attacks::Program> make() {
  return std::unique_ptr<attacks::Program>(new attacks::ProgramOf<Attack>());
}

/// What is known of an attack by type: decoding itself is the same for all, which keeps it out of their price.
struct Method {
  std::string_view id;
  std::unique_ptr<attacks::Program> (*make)();
  const detail::Layout& (*layout)();
};
template <class... Attack>
constexpr std::array<Method, sizeof...(Attack)> methods_of(TypeList<Attack...>) {
  return {{{Attack::id, &make<Attack>, &detail::layout_of<typename Attack::Options>}...}};
}

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

  static constexpr auto methods = methods_of(Attacks{});
  std::string known;
  for (const Method& each : methods) {
    if (each.id == *name) return decode_as(each, std::move(rest));
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
