// NumPy's .npy files (https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html), versions 1 to 3.
#pragma once

#include <span>
#include <string_view>

#include "formats/array_file.hpp"

namespace mlsec::formats {

/// Booleans, integers of 1 to 8 bytes and floats of 2 to 8, in either order of bytes and of axes.
/// `field` is the public name of the file, for errors. Codes: malformed (no .npy file, or one cut short), unsupported
/// (valid, but not here: strings, Python objects, complex numbers, records, more than 8 axes ...), too_large, and
/// those of read_elements.
Result<ArrayFile> read_npy(std::span<const std::byte> file, std::string_view field = "npy",
                           const ArrayLimits& limits = {});

}  // namespace mlsec::formats
