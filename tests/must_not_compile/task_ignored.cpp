// error: nodiscard
#include "base/task.hpp"

mlsec::Task<int> ask();

mlsec::Task<int> attack() {
#ifdef MUST_FAIL
  ask();
#endif
  co_return co_await ask();
}
