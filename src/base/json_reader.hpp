// Reading JSON (RFC 8259) that may come from anywhere.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "base/value.hpp"

namespace mlsec::inline base {

struct JsonLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t depth = 64;          // of lists and objects within each other
  std::size_t values = 1'000'000;  // of all kinds together, members of objects and entries of lists among them
};

/// The one value of a text in UTF-8, with spaces around it. Members keep their order. Numbers of at most 15 digits with
/// exponents between -22 and 22 are the nearest doubles; others may be a few units in the last place beside them.
///
/// Error.field is `field`, what the caller calls the text. Codes: malformed (the message says at which byte; a name
/// given twice is malformed, too), too_large (beyond a limit), out_of_range (a number beyond double, or of more than 30
/// digits).
Result<Value> read_json(std::string_view text, std::string_view field, const JsonLimits& limits = {});

}  // namespace mlsec::inline base
