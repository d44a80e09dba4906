// Reading JSON (RFC 8259) that nobody vouches for.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/value.hpp"

namespace mlsec::inline base {

/// What a text may hold at most.
struct JsonLimits {
  std::size_t bytes = std::size_t{16} << 20;
  std::size_t depth = 64;          // lists and objects within each other
  std::size_t values = 1'000'000;  // of the whole tree; one takes about 80 bytes
};

/// The only value of a text in UTF-8. Numbers are doubles, to a few units of their last place; null is a value that is
/// null.
///
/// Error.field is `field`. Codes: malformed (no JSON; a name that an object has twice; a number beyond double or of
/// more than 30 digits), too_large (beyond a limit).
Result<Value> read_json(std::string_view text, std::string field, const JsonLimits& limits = {});

}  // namespace mlsec::inline base
