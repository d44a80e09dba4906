// error: deleted
#include "tensor/tensor.hpp"

mlsec::Tensor twice(const mlsec::Tensor& tensor) {
#ifdef MUST_FAIL
  mlsec::Tensor copy = tensor;
#else
  mlsec::Tensor copy = tensor.copy();
#endif
  return copy;
}
