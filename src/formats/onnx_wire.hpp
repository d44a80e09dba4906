// Reading protobuf fields on top of protozero. Throws protozero's exceptions, which read_onnx catches.
#pragma once

#include <cstddef>
#include <cstdint>
#include <protozero/pbf_reader.hpp>
#include <vector>

#include "formats/onnx_schema.hpp"

namespace mlsec::formats::onnx {

/// Moves to the next field, false at the end. As reader.next(), with one check more: where pointers have 32 bits, as in
/// WebAssembly, protozero 1.8 converts a length of 2 GiB or more to a negative number and takes it for short enough.
bool next_field(protozero::pbf_reader& reader);

/// What reader.tag_and_type() gives for a field of bytes (a string, a message, packed numbers), a varint or a float.
constexpr std::uint32_t bytes_field(FieldNumber number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr std::uint32_t varint_field(FieldNumber number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed32_field(FieldNumber number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed32);
}

/// The repeated numbers of one field of a message, packed or not. Of more than `most`, the first most + 1.
std::vector<std::int64_t> read_integers(protozero::data_view message, FieldNumber number, std::size_t most);
std::vector<float> read_floats(protozero::data_view message, FieldNumber number, std::size_t most);
std::vector<float> read_doubles(protozero::data_view message, FieldNumber number, std::size_t most);

}  // namespace mlsec::formats::onnx
