#include "attacks/program.hpp"

#include "base/text.hpp"

namespace mlsec::attacks {

Result<void> check_per_sample_size(std::string_view name, PerSampleSize size, std::size_t rows, std::size_t features) {
  const std::size_t wanted = size.features ? rows * features : rows;
  if (size.entries == wanted) return {};
  return Error{ErrorCode::shape_mismatch, std::string(name),
               sentence({name, " must have ", wanted,
                         size.features ? " entries, one for each feature of each sample, not "
                                       : " entries, one for each sample, not ",
                         size.entries, "."})};
}

}  // namespace mlsec::attacks
