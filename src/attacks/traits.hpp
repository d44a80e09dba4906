// What is known of an attack beside its options: what it needs, what it can do, where it comes from.
#pragma once

#include <array>
#include <string_view>

#include "base/enum_names.hpp"

namespace mlsec::attacks {

/// What the attack asks of the model.
enum class Needs { gradients, scores, labels };
constexpr std::array<std::string_view, 3> enum_names(Needs) { return {"gradients", "scores", "labels"}; }

/// fixed_budget: the most damage within epsilon. minimum_norm: the smallest perturbation that succeeds. own_limits: a
/// change whose size follows from options of its own, measured but not limited by the driver.
enum class Goal { fixed_budget, minimum_norm, own_limits };
constexpr std::array<std::string_view, 3> enum_names(Goal) { return {"fixed-budget", "minimum-norm", "own-limits"}; }

struct Paper {
  std::string_view title;
  std::string_view authors;
  int year = 0;
  std::string_view reference;
};

struct Traits {
  Needs needs = Needs::gradients;
  Goal goal = Goal::fixed_budget;
  bool targeted = true;
  bool random = false;  // depends on the seed
  bool images_only = false;
  bool activations = false;  // looks at what inner layers make of an input
  bool blind = false;        // follows no answer of the model but whether it has succeeded: noise, corruptions
};

}  // namespace mlsec::attacks
