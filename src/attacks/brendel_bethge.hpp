// Along the decision boundary, with gradients.
#pragma once

#include <optional>

#include "attacks/adversarial_start.hpp"
#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Brendel et al., "Accurate, reliable and fast robustness evaluation", 2019, section 3: from an adversarial start,
/// steps within a trust region towards the point of the linearised boundary and the box that is nearest to the
/// original. That point is found exactly, in closed form for l2 and linf up to a piecewise linear equation; where it
/// lies beyond the trust region, the step goes straight towards it. The boundary's normal is averaged over steps, as in
/// the authors' program: where gradients turn at every step, as those of robust networks do, one of them leads nowhere.
struct BrendelBethge {
  static constexpr std::string_view id = "brendel-bethge";
  static constexpr std::string_view name = "Brendel and Bethge attack";
  static constexpr std::string_view summary =
      "Walks along the decision boundary towards the original, led by the gradient.";
  static constexpr Paper paper{"Accurate, Reliable and Fast Robustness Evaluation",
                               "Brendel, Rauber, Kuemmerer, Ustyuzhaninov, Bethge", 2019, "arXiv:1907.01003"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::l2;
    int steps = 1000;
    double trust_radius = 0.3;
    double momentum = 0.8;
    double overshoot = 1.1;
    int start_tries = 200;
    std::optional<NumberArray> starts;
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::l0, threat::Norm::l1, threat::Norm::l2, threat::Norm::linf),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("trustRadius", &Options::trust_radius,
                "Longest first step in l2, relative to the distance of the start; halved twenty times on the way.")
              .range(1e-9, 10),
          field("overshoot", &Options::overshoot,
                "How much farther than to the boundary a step goes from the wrong side.")
              .range(1, 10)
              .for_experts(),
          field("momentum", &Options::momentum, "What stays of the boundary's normal in each step.")
              .range(0, 0.999)
              .for_experts(),
          start_tries_field(&Options::start_tries), starts_field(&Options::starts));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
