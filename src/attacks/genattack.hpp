// Perturbations that breed.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/points_together.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Alzantot et al., "GenAttack: practical black-box attacks with gradient-free optimization", 2019, algorithm 1 with
/// fixed rates of mutation.
struct GenAttack {
  static constexpr std::string_view id = "genattack";
  static constexpr std::string_view name = "GenAttack";
  static constexpr std::string_view summary = "Breeds perturbations whose scores are best, with mutation.";
  static constexpr Paper paper{"GenAttack: Practical Black-box Attacks with Gradient-Free Optimization",
                               "Alzantot, Sharma, Chakraborty, Zhang, Hsieh, Srivastava", 2019, "arXiv:1805.11090"};
  static constexpr Traits traits{.needs = Needs::scores, .goal = Goal::fixed_budget, .targeted = true, .random = true};

  static constexpr threat::Norm norm = threat::Norm::linf;

  struct Options {
    std::optional<double> epsilon;
    int steps = 1000;
    int population = 10;
    double mutation_rate = 0.1;
    double mutation_size = 0.3;
    double temperature = 0.3;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          epsilon_field(&Options::epsilon, "0.3"),
          field("steps", &Options::steps, "Number of generations.").range(1, 1000000),
          field("population", &Options::population, "Number of candidates.").range(2, 10000),
          field("mutationRate", &Options::mutation_rate, "The share of the features that mutate.").range(0, 1),
          field("mutationSize", &Options::mutation_size, "How far they do, relative to epsilon.")
              .range(0, 1)
              .for_experts(),
          field("temperature", &Options::temperature, "How little the choice of parents depends on their scores.")
              .range(1e-6, 1e6)
              .for_experts());
    }
  };

  static Result<void> check_features(const Options& options, std::size_t features) {
    return check_points_together("population", options.population, features);
  }

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
