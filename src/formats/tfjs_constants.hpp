// Arithmetic on constants of a GraphModel, and on the shapes that it computes with.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "formats/tfjs_json.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::tfjs {

/// An element of a shape that is the number of samples, which nobody knows yet. It may be moved, but not computed with.
inline constexpr std::int64_t open_extent = INT64_MIN;

/// Add, Sub, Mul, Div, Max, Min, FloorDiv of two constants, broadcast; nothing where that cannot be computed: another
/// operation, shapes that do not fit, a result of more than `most` elements or beyond its type, an open extent.
std::optional<nn::Constant> combined(std::string_view operation, const nn::Constant& a, const nn::Constant& b,
                                     std::size_t most);

/// Neg, Square, Sqrt, Rsqrt, Exp, Log or Relu of each number; nothing as above.
std::optional<nn::Constant> mapped(std::string_view operation, const nn::Constant& x);

/// Of each axis the places listed.
nn::Constant taken(const nn::Constant& x, const std::vector<Integers>& places);

/// Side by side along an axis; nothing where they do not fit, or are not all floats or all integers.
std::optional<nn::Constant> joined(const std::vector<const nn::Constant*>& parts, std::size_t axis);

/// All floats, or all integers (towards zero); nothing where a number is too large or an open extent.
std::optional<nn::Constant> as_floats(const nn::Constant& x);
std::optional<nn::Constant> as_integers(const nn::Constant& x);

/// The numbers of a constant of integers.
inline bool is_integral(const nn::Constant& x) { return x.floats.empty(); }

}  // namespace mlsec::formats::tfjs
