// error: constraints not satisfied
#include "base/schema.hpp"

struct Options {
#ifdef MUST_FAIL
  float size = 1;
#else
  double size = 1;
#endif
};

inline constexpr auto size_field = mlsec::field("size", &Options::size, "How far.");
