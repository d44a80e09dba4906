// The idx files of MNIST and its kin (http://yann.lecun.com/exdb/mnist).
#pragma once

#include <span>
#include <string_view>

#include "formats/array_file.hpp"

namespace mlsec::formats {

/// 0, 0, the type of the elements, the number of extents, each extent in four bytes, the elements; all big-endian.
/// `field` is the public name of the file, for errors. Codes: malformed, unsupported (more than 8 axes), too_large, and
/// those of read_elements.
Result<ArrayFile> read_idx(std::span<const std::byte> file, std::string_view field = "idx",
                           const ArrayLimits& limits = {});

}  // namespace mlsec::formats
