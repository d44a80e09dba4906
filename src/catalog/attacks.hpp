// The list of attacks. Adding one: its pair of files in src/attacks, a line here, a test.
#pragma once

#include "attacks/apgd.hpp"
#include "attacks/boundary.hpp"
#include "attacks/carlini_wagner.hpp"
#include "attacks/ddn.hpp"
#include "attacks/deepfool.hpp"
#include "attacks/ead.hpp"
#include "attacks/fab.hpp"
#include "attacks/fgsm.hpp"
#include "attacks/fmn.hpp"
#include "attacks/jsma.hpp"
#include "attacks/newtonfool.hpp"
#include "attacks/pgd.hpp"
#include "attacks/sparse_l1_descent.hpp"
#include "attacks/square.hpp"
#include "attacks/transfer.hpp"
#include "base/type_list.hpp"

namespace mlsec::catalog {

using Attacks = TypeList<attacks::Fgsm,             //
                         attacks::Pgd,              //
                         attacks::Apgd,             //
                         attacks::MiFgsm,           //
                         attacks::NiFgsm,           //
                         attacks::SiNiFgsm,         //
                         attacks::VmiFgsm,          //
                         attacks::VniFgsm,          //
                         attacks::DiFgsm,           //
                         attacks::TiFgsm,           //
                         attacks::SparseL1Descent,  //
                         attacks::DeepFool,         //
                         attacks::CarliniWagner,    //
                         attacks::Ddn,              //
                         attacks::Fmn,              //
                         attacks::Fab,              //
                         attacks::Ead,              //
                         attacks::Jsma,             //
                         attacks::NewtonFool,       //
                         attacks::Square,           //
                         attacks::Boundary>;

/// What measures robustness where no attack is named.
using MeasuringAttack = attacks::Pgd;

}  // namespace mlsec::catalog
