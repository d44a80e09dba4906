// From the name and options of an attack to its program.
#pragma once

#include <memory>

#include "attacks/attack_options.hpp"
#include "attacks/program.hpp"
#include "base/value.hpp"

namespace mlsec::catalog {

struct DecodedAttack {
  std::unique_ptr<attacks::Program> program;
  attacks::AttackOptions options;  // those of every attack
};

/// `options`: { method: "pgd", epsilon: 0.1, labels: [...] }, the attack's own and the driver's side by side.
Result<DecodedAttack> decode_attack(const Value& options);

/// The same for an option that refers to an attack; errors name `field` in front: "adversarial.epsilon".
Result<DecodedAttack> decode_attack(const MethodReference& reference, std::string_view field);

}  // namespace mlsec::catalog
