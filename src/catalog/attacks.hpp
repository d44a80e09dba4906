// The lists of attacks. Adding one: its pair of files in src/attacks, a line here, a test.
#pragma once

#include "attacks/adef.hpp"
#include "attacks/alma.hpp"
#include "attacks/apgd.hpp"
#include "attacks/auto_attack.hpp"
#include "attacks/bandits.hpp"
#include "attacks/boundary.hpp"
#include "attacks/brendel_bethge.hpp"
#include "attacks/carlini_wagner.hpp"
#include "attacks/carlini_wagner_l0.hpp"
#include "attacks/carlini_wagner_linf.hpp"
#include "attacks/common_corruption.hpp"
#include "attacks/composite.hpp"
#include "attacks/ddn.hpp"
#include "attacks/deepfool.hpp"
#include "attacks/ead.hpp"
#include "attacks/eot_pgd.hpp"
#include "attacks/fab.hpp"
#include "attacks/feature_adversary.hpp"
#include "attacks/fgsm.hpp"
#include "attacks/fmn.hpp"
#include "attacks/genattack.hpp"
#include "attacks/geoda.hpp"
#include "attacks/hop_skip_jump.hpp"
#include "attacks/jsma.hpp"
#include "attacks/lbfgs.hpp"
#include "attacks/local_search.hpp"
#include "attacks/lowprofool.hpp"
#include "attacks/nes.hpp"
#include "attacks/newtonfool.hpp"
#include "attacks/noise.hpp"
#include "attacks/one_pixel.hpp"
#include "attacks/pgd.hpp"
#include "attacks/pointwise.hpp"
#include "attacks/rotation_translation.hpp"
#include "attacks/shadow.hpp"
#include "attacks/sigma_zero.hpp"
#include "attacks/sign_opt.hpp"
#include "attacks/simba.hpp"
#include "attacks/sparse_l1_descent.hpp"
#include "attacks/sparsefool.hpp"
#include "attacks/spsa.hpp"
#include "attacks/square.hpp"
#include "attacks/stadv.hpp"
#include "attacks/threshold.hpp"
#include "attacks/transfer.hpp"
#include "attacks/virtual_adversarial.hpp"
#include "attacks/wasserstein.hpp"
#include "attacks/weather_attacks.hpp"
#include "attacks/zoo.hpp"
#include "base/type_list.hpp"

namespace mlsec::catalog {

/// What every page gets.
using CoreAttacks = TypeList<attacks::Fgsm,                 //
                             attacks::Pgd,                  //
                             attacks::Apgd,                 //
                             attacks::MiFgsm,               //
                             attacks::NiFgsm,               //
                             attacks::SiNiFgsm,             //
                             attacks::VmiFgsm,              //
                             attacks::VniFgsm,              //
                             attacks::DiFgsm,               //
                             attacks::TiFgsm,               //
                             attacks::SparseL1Descent,      //
                             attacks::VirtualAdversarial,   //
                             attacks::DeepFool,             //
                             attacks::CarliniWagner,        //
                             attacks::CarliniWagnerLinf,    //
                             attacks::CarliniWagnerL0,      //
                             attacks::Ddn,                  //
                             attacks::Fmn,                  //
                             attacks::Fab,                  //
                             attacks::Ead,                  //
                             attacks::Jsma,                 //
                             attacks::NewtonFool,           //
                             attacks::BrendelBethge,        //
                             attacks::Alma,                 //
                             attacks::SigmaZero,            //
                             attacks::Lbfgs,                //
                             attacks::Square,               //
                             attacks::Simba,                //
                             attacks::Nes,                  //
                             attacks::OnePixel,             //
                             attacks::HopSkipJump,          //
                             attacks::Boundary,             //
                             attacks::Pointwise,            //
                             attacks::RotationTranslation,  //
                             attacks::AdditiveNoise,        //
                             attacks::SaltAndPepper,        //
                             attacks::BlendedNoise,         //
                             attacks::Contrast,             //
                             attacks::Brightness,           //
                             attacks::Blur,                 //
                             attacks::Inversion,            //
                             attacks::AutoAttack>;

/// What is fetched when one of them is first named.
using FurtherAttacks = TypeList<attacks::LowProFool,        //
                                attacks::SparseFool,        //
                                attacks::Bandits,           //
                                attacks::GeoDa,             //
                                attacks::SignOpt,           //
                                attacks::Spsa,              //
                                attacks::EotPgd,            //
                                attacks::FeatureAdversary,  //
                                attacks::Shadow,            //
                                attacks::Wasserstein,       //
                                attacks::LocalSearch,       //
                                attacks::Threshold,         //
                                attacks::GenAttack,         //
                                attacks::Zoo,               //
                                attacks::StAdv,             //
                                attacks::Adef,              //
                                attacks::Composite,         //
                                attacks::MotionBlur,        //
                                attacks::Fog,               //
                                attacks::Frost,             //
                                attacks::Snow,              //
                                attacks::CommonCorruption>;

using Attacks = Joined<CoreAttacks, FurtherAttacks>;

/// What measures robustness where no attack is named.
using MeasuringAttack = attacks::Pgd;

}  // namespace mlsec::catalog
