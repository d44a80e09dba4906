// The field numbers and enumerations of ONNX that are read or written here
// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3).
#pragma once

#include <cstdint>

namespace mlsec::formats::onnx {

using FieldNumber = std::uint32_t;

namespace model {
enum : FieldNumber { ir_version = 1, producer_name = 2, graph = 7, opset_import = 8, metadata_props = 14 };
}
namespace operator_set {
enum : FieldNumber { domain = 1, version = 2 };
}
namespace string_entry {
enum : FieldNumber { key = 1, value = 2 };
}
namespace graph {
enum : FieldNumber { node = 1, name = 2, initializer = 5, input = 11, output = 12, sparse_initializer = 15 };
}
namespace node {
enum : FieldNumber { input = 1, output = 2, name = 3, op_type = 4, attribute = 5, domain = 7 };
}
namespace attribute {
enum : FieldNumber { name = 1, f = 2, i = 3, s = 4, t = 5, floats = 7, ints = 8, type = 20, ref_attr_name = 21 };
}
namespace tensor {
enum : FieldNumber {
  dims = 1,
  data_type = 2,
  segment = 3,
  float_data = 4,
  int32_data = 5,
  int64_data = 7,
  name = 8,
  raw_data = 9,
  double_data = 10,
  external_data = 13,
  data_location = 14,
};
}
namespace value_info {
enum : FieldNumber { name = 1, type = 2 };
}
namespace type {
enum : FieldNumber { tensor_type = 1 };
}
namespace tensor_type {
enum : FieldNumber { elem_type = 1, shape = 2 };
}
namespace tensor_shape {
enum : FieldNumber { dim = 1 };
}
namespace dimension {
enum : FieldNumber { dim_value = 1, dim_param = 2 };
}

/// TensorProto.DataType
enum DataType : std::int32_t {
  float32_type = 1,
  uint8_type = 2,
  int8_type = 3,
  int32_type = 6,
  int64_type = 7,
  bool_type = 9,
  float16_type = 10,
  double_type = 11,
};

/// AttributeProto.AttributeType
enum AttributeType : std::int32_t {
  float_attribute = 1,
  int_attribute = 2,
  string_attribute = 3,
  tensor_attribute = 4,
  graph_attribute = 5,
  floats_attribute = 6,
  ints_attribute = 7,
  strings_attribute = 8,
  graphs_attribute = 10,
};

}  // namespace mlsec::formats::onnx
