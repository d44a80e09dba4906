#include "tensor/tensor.hpp"

#include "base/out_of_memory.hpp"

namespace mlsec::inline tensor {

float* Tensor::allocate(std::size_t count) {
  constexpr std::size_t alignment = 64, slack = 16, limit = ~std::size_t{0} / 2;
  if (count > (limit - slack - alignment) / sizeof(float)) throw_out_of_memory();
  const std::size_t bytes = (count * sizeof(float) + slack + alignment - 1) / alignment * alignment;
  auto* data = static_cast<float*>(std::aligned_alloc(alignment, bytes));
  if (data == nullptr) throw_out_of_memory();
  // The slack takes part in no result, but reading it uninitialised would hide real faults from the sanitizers.
  std::memset(reinterpret_cast<char*>(data) + count * sizeof(float), 0, bytes - count * sizeof(float));
  return data;
}

}  // namespace mlsec::inline tensor
