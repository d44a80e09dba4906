// From a name and options to running code.
#pragma once

#include <memory>

#include "attacks/driver.hpp"
#include "base/value.hpp"

namespace mlsec::catalog {

/// `options` as the user wrote them: { method: "pgd", epsilon: 0.1, labels: [...] }, the attack's own and the driver's
/// side by side. The rest as AttackJob::start.
Result<std::unique_ptr<attacks::AttackJob>> start_attack(std::shared_ptr<model::Model> model, Tensor inputs,
                                                         const Value& options, std::uint64_t first_sample,
                                                         bool judged = false);

}  // namespace mlsec::catalog
