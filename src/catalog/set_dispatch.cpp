#include "catalog/set_dispatch.hpp"

#include <array>

#include "base/decode.hpp"
#include "base/text.hpp"
#include "catalog/set_attacks.hpp"

namespace mlsec::catalog {

namespace {

struct SetMethod {
  std::string_view id;
  std::unique_ptr<attacks::SetProgram> (*make)();
  const detail::Layout& (*layout)();
};

template <class Attack>
std::unique_ptr<attacks::SetProgram> make_set_program() {
  return std::unique_ptr<attacks::SetProgram>(new attacks::SetProgramOf<Attack>());
}

template <class... Attack>
constexpr std::array<SetMethod, sizeof...(Attack)> methods_of(TypeList<Attack...>) {
  return {{{Attack::id, &make_set_program<Attack>, &detail::layout_of<typename Attack::Options>}...}};
}

constexpr auto methods = methods_of(SetAttacks{});

}  // namespace

Result<std::unique_ptr<attacks::SetAttackJob>> start_set_attack(std::shared_ptr<model::Model> model, Tensor inputs,
                                                                const Value& options) {
  const Value* method = options.find("method");
  const std::string* name = method ? method->as<std::string>() : nullptr;
  if (!name) return Error{ErrorCode::wrong_type, "method", "method must be the name of an attack on sets of samples."};
  ValueObject rest;
  for (const auto& member : *options.as<ValueObject>())
    if (member.first != "method") rest.push_back(member);
  std::string known;
  for (const SetMethod& each : methods) {
    append_name(known, each.id);
    if (each.id != *name) continue;
    auto program = each.make();
    attacks::SetAttackOptions common;
    MLSEC_TRY_VOID(detail::decode_structs(
        Value(std::move(rest)), "",
        {{each.layout(), program->options()}, {detail::layout_of<attacks::SetAttackOptions>(), &common}}));
    return attacks::SetAttackJob::start(std::move(model), std::move(inputs), std::move(program), common);
  }
  return Error{ErrorCode::unknown_name, "method",
               sentence({"There is no method \"", *name, "\"; there are ", known, "."})};
}

}  // namespace mlsec::catalog
