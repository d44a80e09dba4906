// Where attacks begin that start on the wrong side.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "base/value.hpp"

namespace mlsec::attacks {

/// The sample's own entry of `starts`, or the first of so many random images that is adversarial; empty where it is not
/// or none is.
Task<Point> adversarial_start(Attempt& attempt, const std::optional<NumberArray>& starts, int tries);

/// The adversarial point nearest to `inner` on the way from `outer`, which is adversarial, by so many halvings.
Task<Point> towards(Attempt& attempt, const Point& outer, const Point& inner, int halvings);

}  // namespace mlsec::attacks
