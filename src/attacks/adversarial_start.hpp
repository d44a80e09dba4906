// Where attacks begin that start on the wrong side.
#pragma once

#include <optional>
#include <string_view>

#include "attacks/attempt.hpp"
#include "base/schema.hpp"
#include "base/value.hpp"

namespace mlsec::attacks {

/// The sample's own entry of `starts`, or the first of so many random images that is adversarial; empty where it is not
/// or none is.
Task<Point> adversarial_start(Attempt& attempt, const std::optional<NumberArray>& starts, int tries);

/// The adversarial point nearest to `inner` on the way from `outer`, which is adversarial, by so many halvings.
Task<Point> towards(Attempt& attempt, const Point& outer, const Point& inner, int halvings);

/// The options of attacks that begin so.
template <class Options>
constexpr auto start_tries_field(int Options::* member,
                                 std::string_view summary = "How many random images are tried as a start.") {
  return field("startTries", member, summary).range(1, 100000).for_experts();
}
template <class Options>
constexpr auto starts_field(std::optional<NumberArray> Options::* member,
                            std::string_view otherwise = "random images") {
  return field("starts", member, "A starting image for each sample that already has the wanted class.")
      .otherwise(otherwise)
      .for_experts()
      .one_a_sample();
}

}  // namespace mlsec::attacks
