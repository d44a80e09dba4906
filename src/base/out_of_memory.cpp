#include "base/out_of_memory.hpp"

#include <new>

namespace mlsec::inline base {

void throw_out_of_memory() { throw std::bad_alloc(); }

}  // namespace mlsec::inline base
