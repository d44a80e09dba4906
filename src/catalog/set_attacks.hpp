// The list of attacks on sets: universal perturbations and patches. Adding one: its pair of files in src/attacks, a
// line here, a test.
#pragma once

#include "attacks/adversarial_patch.hpp"
#include "attacks/uap.hpp"
#include "attacks/universal_gradient.hpp"
#include "base/type_list.hpp"

namespace mlsec::catalog {

using SetAttacks = TypeList<attacks::Uap,                //
                            attacks::UniversalGradient,  //
                            attacks::AdversarialPatch>;

}  // namespace mlsec::catalog
