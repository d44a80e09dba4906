#include "catalog/programs.hpp"

#include "base/text.hpp"
#include "catalog/attacks.hpp"

namespace mlsec::catalog {

Result<DecodedAttack> decode_attack(const Value& options) {
  const Value* method = options.find("method");
  const std::string* name = method ? method->as<std::string>() : nullptr;
  if (!name) return Error{ErrorCode::wrong_type, "method", "method must be the name of an attack."};
  ValueObject rest;
  for (const auto& member : *options.as<ValueObject>())
    if (member.first != "method") rest.push_back(member);

  DecodedAttack decoded;
  Result<void> outcome;
  std::string known;
  for_each_type(Attacks{}, [&]<class Attack>() {
    known += (known.empty() ? "" : ", ") + std::string(Attack::id);
    if (Attack::id != *name) return;
    typename Attack::Options own;
    outcome = decode(Value(rest), own, decoded.options);
    if (outcome.ok()) decoded.program = std::make_unique<attacks::ProgramOf<Attack>>(std::move(own));
  });
  if (!outcome.ok()) return outcome.error();
  if (!decoded.program)
    return Error{ErrorCode::unknown_name, "method",
                 sentence({"There is no method \"", *name, "\"; there are ", known, "."})};
  return decoded;
}

Result<DecodedAttack> decode_attack(const MethodReference& reference, std::string_view field) {
  ValueObject options{{"method", reference.method}};
  if (const auto* members = reference.options.as<ValueObject>())
    for (const auto& member : *members)
      if (member.first != "method") options.push_back(member);
  auto decoded = decode_attack(Value(std::move(options)));
  if (decoded.ok()) return decoded;
  Error error = decoded.error();
  const std::string place = std::string(field) + (error.field.empty() ? "" : "." + error.field);
  error.message = "In " + std::string(field) + ": " + error.message;
  error.field = place;
  return error;
}

}  // namespace mlsec::catalog
