// The boundary as a plane, from labels alone.
#pragma once

#include <optional>

#include "attacks/adversarial_start.hpp"
#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// Rahmati et al., "GeoDA: a geometric framework for black-box adversarial attacks", 2020, algorithm 1: the normal of
/// the boundary is estimated by labels around a point of it, with ever more queries, and followed from the original.
/// Directions are random in all features; the paper's low frequencies are for images far larger.
struct GeoDa {
  static constexpr std::string_view id = "geoda";
  static constexpr std::string_view name = "GeoDA";
  static constexpr std::string_view summary =
      "Takes the decision boundary for a plane whose normal it estimates from labels.";
  static constexpr Paper paper{"GeoDA: A Geometric Framework for Black-box Adversarial Attacks",
                               "Rahmati, Moosavi-Dezfooli, Frossard, Dai", 2020, "arXiv:2003.06468"};
  static constexpr Traits traits{.needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true};

  struct Options {
    threat::Norm norm = threat::Norm::l2;
    int steps = 10;
    int queries = 4000;
    double sigma = 0.0002;
    int start_tries = 200;
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm, threat::Norm::l1, threat::Norm::l2, threat::Norm::linf),
          field("steps", &Options::steps, "How often the normal is estimated.").range(1, 100000),
          field("queries", &Options::queries, "How many labels all estimates take together.").range(1, 10000000),
          field("sigma", &Options::sigma, "How far around the boundary labels are asked for, relative to the box.")
              .range(1e-9, 1)
              .for_experts(),
          start_tries_field(&Options::start_tries));
    }
  };

  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
