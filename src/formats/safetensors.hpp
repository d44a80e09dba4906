// Named tensors as a safetensors file (https://github.com/huggingface/safetensors, "Format"), read and written. Such a
// file holds weights and no network: see formats/safetensors_model.hpp.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "formats/metadata.hpp"
#include "formats/onnx.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

struct SafeTensors {
  std::map<std::string, nn::Constant, std::less<>> tensors;
  Metadata metadata;  // the file's "__metadata__"
};

/// F64, F32, F16 and BF16 become floats, integers of up to 64 bits and BOOL integers. Tensors may be scalars, and may
/// be empty. The header is at most 4 MiB (the format allows 100 MB).
///
/// Error.field is "model". Codes: malformed (the header is no JSON object of the right members, a name is given twice,
/// tensors overlap, leave bytes between them or behind the last one, have another size than their shape and type),
/// unsupported (another type, more than 8 axes), not_finite, out_of_range (a double beyond float, an integer beyond
/// 2^63 - 1), too_large (beyond a limit; `nodes` does not apply).
Result<SafeTensors> read_safetensors(std::span<const std::byte> file, const Limits& limits = {});

/// Floats in that precision (float16 rounds to the nearest), integers as I64; the same bytes for the same tensors. The
/// header is padded so that every tensor is aligned.
///
/// Error.field is "model". Codes: not_finite, out_of_range (beyond what float16 holds), shape_mismatch (elements that
/// do not fit the shape), malformed (a tensor called "__metadata__"), too_large (more than 64 MiB).
Result<std::vector<std::byte>> write_safetensors(const SafeTensors& file, Precision precision);

}  // namespace mlsec::formats
