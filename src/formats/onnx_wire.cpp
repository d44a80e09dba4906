#include "formats/onnx_wire.hpp"

namespace mlsec::formats::onnx {
namespace {

using protozero::data_view;
using protozero::pbf_reader;
using protozero::pbf_wire_type;

/// `single_type` is the wire type of a number that is not packed.
template <class Element, class ReadOne, class ReadPacked>
std::vector<Element> read_numbers(data_view message, FieldNumber number, std::size_t most, pbf_wire_type single_type,
                                  ReadOne read_one, ReadPacked read_packed) {
  std::vector<Element> elements;
  pbf_reader reader(message);
  while (elements.size() <= most && next_field(reader)) {
    if (reader.tag() == number && reader.wire_type() == single_type) {
      elements.push_back(static_cast<Element>(read_one(reader)));
    } else if (reader.tag() == number && reader.wire_type() == pbf_wire_type::length_delimited) {
      for (const auto element : read_packed(reader)) {
        elements.push_back(static_cast<Element>(element));
        if (elements.size() > most) break;
      }
    } else {
      reader.skip();
    }
  }
  return elements;
}

}  // namespace

bool next_field(pbf_reader& reader) {
  if (!reader.next()) return false;
  if (reader.wire_type() == pbf_wire_type::length_delimited) {
    const data_view rest = reader.data();
    const char* position = rest.data();
    const char* const end = rest.data() + rest.size();
    const std::uint64_t length = protozero::decode_varint(&position, end);
    if (length > static_cast<std::uint64_t>(end - position)) throw protozero::end_of_buffer_exception{};
  }
  return true;
}

std::vector<std::int64_t> read_integers(data_view message, FieldNumber number, std::size_t most) {
  return read_numbers<std::int64_t>(
      message, number, most, pbf_wire_type::varint, [](pbf_reader& reader) { return reader.get_int64(); },
      [](pbf_reader& reader) { return reader.get_packed_int64(); });
}

std::vector<float> read_floats(data_view message, FieldNumber number, std::size_t most) {
  return read_numbers<float>(
      message, number, most, pbf_wire_type::fixed32, [](pbf_reader& reader) { return reader.get_float(); },
      [](pbf_reader& reader) { return reader.get_packed_float(); });
}

std::vector<float> read_doubles(data_view message, FieldNumber number, std::size_t most) {
  return read_numbers<float>(
      message, number, most, pbf_wire_type::fixed64, [](pbf_reader& reader) { return reader.get_double(); },
      [](pbf_reader& reader) { return reader.get_packed_double(); });
}

}  // namespace mlsec::formats::onnx
