// As little of a change as is enough.
#pragma once

#include <span>

#include "attacks/attempt.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// A change that grows with t between 0 and 1.
struct Line {
  const void* self;
  void (*call)(const void* self, double t, std::span<float> x);
  template <class Function>
  explicit Line(const Function& function)
      : self(&function),
        call([](const void* f, double t, std::span<float> x) { (*static_cast<const Function*>(f))(t, x); }) {}
};

/// Tries ever larger changes; from the first that succeeds it halves the way back to the last that did not.
Task<Point> least_change(Attempt& attempt, int steps, threat::Norm norm, Line line);

template <class Options>
constexpr auto steps_field(int Options::* member) {
  return field("steps", member, "How many sizes of the change are tried, the least first.").range(1, 1000000);
}

struct LineOptions {
  int steps = 100;
  static constexpr auto schema() { return mlsec::schema(steps_field(&LineOptions::steps)); }
};

}  // namespace mlsec::attacks
