// error: nodiscard
#include "base/result.hpp"

mlsec::Result<int> number();
mlsec::Result<void> work();

bool run() {
#ifdef MUST_FAIL
  work();
  number();
#endif
  return work().ok() && number().ok();
}
