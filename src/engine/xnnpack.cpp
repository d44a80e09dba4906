#include "engine/xnnpack.hpp"

#include "base/check.hpp"
#include "base/out_of_memory.hpp"

namespace mlsec::engine {

void initialise_xnnpack() {
  static const xnn_status status = xnn_initialize(nullptr);
  expect_success(status);
}

void expect_success(xnn_status status) {
  if (status == xnn_status_out_of_memory) throw_out_of_memory();
  MLSEC_CHECK(status == xnn_status_success);
}

}  // namespace mlsec::engine
