// The list of attacks. Adding one: its pair of files in src/attacks, a line here, a test.
#pragma once

#include "attacks/boundary.hpp"
#include "attacks/carlini_wagner.hpp"
#include "attacks/fgsm.hpp"
#include "attacks/pgd.hpp"
#include "base/type_list.hpp"

namespace mlsec::catalog {

using Attacks = TypeList<attacks::Fgsm,           //
                         attacks::Pgd,            //
                         attacks::CarliniWagner,  //
                         attacks::Boundary>;

/// What measures robustness where no attack is named.
using MeasuringAttack = attacks::Pgd;

}  // namespace mlsec::catalog
