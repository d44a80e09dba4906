// Where the answer changes most.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Miyato et al., "Distributional smoothing with virtual adversarial training", 2016, algorithm 1: the direction in
/// which the divergence from the model's own answer grows fastest, by power iteration on its Hessian. Both of its signs
/// are tried. The paper's probe of 1e-6 is lost in float32.
struct VirtualAdversarial {
  static constexpr std::string_view id = "virtual-adversarial";
  static constexpr std::string_view name = "Virtual adversarial direction";
  static constexpr std::string_view summary =
      "Moves to where the answer of the model changes most, whatever the label.";
  static constexpr Paper paper{"Distributional Smoothing with Virtual Adversarial Training",
                               "Miyato, Maeda, Koyama, Nakae, Ishii", 2016, "arXiv:1507.00677"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = false, .random = true, .blind = true};

  static constexpr threat::Norm norm = threat::Norm::l2;

  struct Options {
    std::optional<double> epsilon;
    int iterations = 10;
    double probe = 0.01;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(epsilon_field(&Options::epsilon, "2"),
                           field("iterations", &Options::iterations, "Power iterations.").range(1, 1000),
                           field("probe", &Options::probe, "How far away divergences are measured for it.")
                               .range(1e-9, 1e6)
                               .in("input units")
                               .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
