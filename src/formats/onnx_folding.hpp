// From the nodes of an ONNX file as they stand to a GraphDescription that keeps its promises.
#pragma once

#include "base/result.hpp"
#include "formats/onnx_allowance.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::onnx {

/// Checks that each name is given once and each value made before it is used; turns `Constant` nodes and `Cast`s of
/// constants into constants; takes out `Identity` nodes and constants that nothing uses.
Result<nn::GraphDescription> fold(nn::GraphDescription graph, Allowance& allowance);

}  // namespace mlsec::formats::onnx
