// How many points of a model's inputs an attack may hold at once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "nn/operation.hpp"

namespace mlsec::attacks {

/// Refuses an option that asks for more points at once than a network may have values: sizes have 32 bits in
/// WebAssembly.
inline Result<void> check_points_together(std::string_view field, int points, std::size_t features) {
  if (static_cast<std::size_t>(points) <= nn::maximum_elements / features) return {};
  return Error{ErrorCode::too_large, std::string(field),
               std::string(field) + ": so many points of this model's inputs do not fit into memory."};
}

}  // namespace mlsec::attacks
