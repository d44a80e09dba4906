// A network as plain data, in the vocabulary of ONNX: what file formats read and write, and operations are made from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "tensor/tensor.hpp"

namespace mlsec::nn {

/// A constant of a file. Whatever the file's precision, `floats` or `integers` holds the elements (the other is empty).
struct Constant {
  Shape shape;
  std::vector<float> floats;
  std::vector<std::int64_t> integers;
};

using Attribute =
    std::variant<std::int64_t, float, std::string, std::vector<std::int64_t>, std::vector<float>, Constant>;

/// One node: ONNX operator name, attribute names and layouts (NCHW images, OIHW kernels).
struct NodeDescription {
  std::string operation;  // "Gemm", "Conv" ...
  std::string name;       // may be empty
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;
  std::map<std::string, Attribute, std::less<>> attributes;
};

/// A node without a name, inputs and outputs.
inline NodeDescription onnx_node(std::string operation, std::map<std::string, Attribute, std::less<>> attributes = {}) {
  return {
      .operation = std::move(operation), .name = {}, .inputs = {}, .outputs = {}, .attributes = std::move(attributes)};
}

/// Extents of a graph's input or output; -1 where the file leaves one open (the batch).
struct ValueDescription {
  std::string name;
  std::vector<std::int64_t> extents;
  bool channels_last = false;  // images height x width x channels; only inputs of files that have them so
};

struct GraphDescription {
  std::string name;
  std::vector<NodeDescription> nodes;  // in an order in which each value is made before it is used
  std::map<std::string, Constant, std::less<>> constants;
  std::vector<ValueDescription> inputs;  // without those that are constants
  std::vector<ValueDescription> outputs;
  std::map<std::string, std::string, std::less<>> metadata;  // labels, bounds: see formats/metadata.hpp
  std::int64_t operators = 0;                                // the version that a file was written for; 0: of none
};

}  // namespace mlsec::nn
