// error: every option must stand in schema()
#include "base/decode.hpp"

struct Options {
  int steps = 1;
  double size = 1;
  static constexpr auto schema() {
    return mlsec::schema(mlsec::field("steps", &Options::steps, "How often.")
#ifndef MUST_FAIL
                             ,
                         mlsec::field("size", &Options::size, "How far.")
#endif
    );
  }
};

bool read(const mlsec::Value& value, Options& options) { return mlsec::decode(value, options).ok(); }
