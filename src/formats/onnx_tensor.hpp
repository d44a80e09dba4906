// Reading TensorProto, the constants of an ONNX file.
#pragma once

#include <optional>
#include <protozero/data_view.hpp>
#include <span>
#include <string>

#include "base/result.hpp"
#include "formats/onnx_allowance.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::onnx {

struct NamedConstant {
  std::string name;  // may be empty
  nn::Constant constant;
  std::int64_t data_type = 0;
};

/// `subject` is for messages about a tensor that need not have a name.
Result<NamedConstant> read_tensor(protozero::data_view message, std::optional<Subject> subject, Allowance& allowance);

bool all_finite(std::span<const float> numbers);

}  // namespace mlsec::formats::onnx
