// From the name and options of an attack on a set to running code.
#pragma once

#include <memory>

#include "attacks/set_driver.hpp"
#include "base/value.hpp"

namespace mlsec::catalog {

/// `options` as the user wrote them: { method: "uap", epsilon: 0.1, target: 3 }, the attack's own and the driver's side
/// by side. The rest as SetAttackJob::start.
Result<std::unique_ptr<attacks::SetAttackJob>> start_set_attack(std::shared_ptr<model::Model> model, Tensor inputs,
                                                                const Value& options);

}  // namespace mlsec::catalog
