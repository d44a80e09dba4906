#include "catalog/dispatch.hpp"

#include "catalog/programs.hpp"

namespace mlsec::catalog {

Result<std::unique_ptr<attacks::AttackJob>> start_attack(std::shared_ptr<model::Model> model, Tensor inputs,
                                                         const Value& options, std::uint64_t first_sample,
                                                         bool judged) {
  MLSEC_TRY(DecodedAttack decoded, decode_attack(options));
  return attacks::AttackJob::start(std::move(model), std::move(inputs), std::move(decoded.program),
                                   std::move(decoded.options), first_sample, judged);
}

}  // namespace mlsec::catalog
