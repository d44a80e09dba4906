#include "catalog/dispatch.hpp"

#include "base/text.hpp"
#include "catalog/attacks.hpp"

namespace mlsec::catalog {

Result<std::unique_ptr<attacks::AttackJob>> start_attack(std::shared_ptr<model::Model> model, Tensor inputs,
                                                         const Value& options, std::uint64_t first_sample) {
  const Value* method = options.find("method");
  const std::string* name = method ? method->as<std::string>() : nullptr;
  if (!name) return Error{ErrorCode::wrong_type, "method", "method must be the name of an attack."};
  ValueObject rest;
  for (const auto& member : *options.as<ValueObject>())
    if (member.first != "method") rest.push_back(member);

  std::unique_ptr<attacks::Program> program;
  attacks::AttackOptions common;
  Result<void> outcome;
  std::string known;
  for_each_type(Attacks{}, [&]<class Attack>() {
    known += (known.empty() ? "" : ", ") + std::string(Attack::id);
    if (Attack::id != *name) return;
    typename Attack::Options own;
    outcome = decode(Value(rest), own, common);
    if (outcome.ok()) program = std::make_unique<attacks::ProgramOf<Attack>>(std::move(own));
  });
  if (!outcome.ok()) return outcome.error();
  if (!program)
    return Error{ErrorCode::unknown_name, "method",
                 sentence({"There is no method \"", *name, "\"; there are ", known, "."})};
  return attacks::AttackJob::start(std::move(model), std::move(inputs), std::move(program), std::move(common),
                                   first_sample);
}

}  // namespace mlsec::catalog
