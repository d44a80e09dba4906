// error: every option must stand in schema()
#include "base/describe.hpp"

struct Inner {
  int steps = 1;
#ifdef MUST_FAIL
  std::optional<double> size;
#endif
  static constexpr auto schema() { return mlsec::schema(mlsec::field("steps", &Inner::steps, "How often.")); }
};

struct Options {
  Inner inner;
  static constexpr auto schema() { return mlsec::schema(mlsec::field("inner", &Options::inner, "A struct.")); }
};

void print(mlsec::JsonWriter& json) { mlsec::describe<Options>(json); }
