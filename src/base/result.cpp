#include "base/result.hpp"

namespace mlsec::inline base {

Failure::Failure(Error error) : error_(new Error(std::move(error))) {}

void Failure::Drop::operator()(Error* error) const { delete error; }

}  // namespace mlsec::inline base
