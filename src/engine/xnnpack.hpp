// The one place where XNNPACK is included: operators as owned handles, its status codes as exceptions or traps.
#pragma once

#include <xnnpack.h>

#include <memory>

namespace mlsec::engine {

struct DeleteOperator {
  void operator()(xnn_operator* self) const { xnn_delete_operator(self); }
};
using OperatorHandle = std::unique_ptr<xnn_operator, DeleteOperator>;

/// Readies XNNPACK; cheap when called again.
void initialise_xnnpack();

/// Out of memory throws std::bad_alloc. Any other failure is an argument we should not have passed: traps.
void expect_success(xnn_status status);

}  // namespace mlsec::engine
