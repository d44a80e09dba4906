// Projected gradient descent.
#pragma once

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

enum class PgdLoss { cross_entropy, margin, kl_divergence };
constexpr std::array<std::string_view, 3> enum_names(PgdLoss) { return {"cross-entropy", "margin", "kl-divergence"}; }

/// Madry et al., "Towards deep learning models resistant to adversarial attacks", 2018, section 2.1. Without a random
/// start this is the basic iterative method (Kurakin, Goodfellow and Bengio, 2017).
struct Pgd {
  static constexpr std::string_view id = "pgd";
  static constexpr std::string_view name = "Projected gradient descent";
  static constexpr std::string_view summary =
      "Many small gradient steps, each followed by a projection back into the ball.";
  static constexpr Paper paper{"Towards Deep Learning Models Resistant to Adversarial Attacks",
                               "Madry, Makelov, Schmidt, Tsipras, Vladu", 2018, "arXiv:1706.06083"};
  static constexpr Traits traits{
      .needs = Needs::gradients, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 40;
    std::optional<double> step_size;
    bool random_start = true;
    PgdLoss loss = PgdLoss::cross_entropy;
    bool early_stop = true;
    bool adam = false;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    /// Far enough to cross the ball from any start (Madry et al., section 5, on steps of 2.5 epsilon / 100).
    double step() const { return step_size.value_or(2.5 * radius() / steps); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::linf, threat::Norm::l2, threat::Norm::l1),
          epsilon_field(&Options::epsilon, radius_in_three_norms),
          field("steps", &Options::steps, "Number of gradient steps.").range(1, 100000),
          field("stepSize", &Options::step_size, "Length of one step in the norm.")
              .range(0, 1e6)
              .in("input units")
              .otherwise("2.5 epsilon / steps")
              .for_experts(),
          field("randomStart", &Options::random_start, "Start at a random point of the ball instead of the original.")
              .for_experts(),
          field("loss", &Options::loss,
                "What is increased: the cross-entropy, the margin between two logits, or the divergence from the "
                "model's answer to the original (as in TRADES; blind to labels and targets).")
              .for_experts(),
          field("earlyStop", &Options::early_stop, "Stop working on a sample as soon as it succeeds.").for_experts(),
          field("adam", &Options::adam, "Take the steps of Adam (Kingma and Ba, 2015) instead of the steepest ones.")
              .for_experts());
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
