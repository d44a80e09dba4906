// The one exception of our own.
#pragma once

namespace mlsec::inline base {

/// Throws std::bad_alloc; caught at the boundary, where it becomes the error out-of-memory.
[[noreturn]] void throw_out_of_memory();

}  // namespace mlsec::inline base
