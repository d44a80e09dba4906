// Files of data as arrays.
#include <emscripten/bind.h>

#include <array>

#include "base/decode.hpp"
#include "bindings/outcome.hpp"
#include "bindings/values.hpp"
#include "formats/csv.hpp"
#include "formats/idx.hpp"
#include "formats/npy.hpp"

namespace mlsec::bindings {

namespace {

val from_values(const std::vector<std::uint8_t>& values) { return from_bytes(std::as_bytes(std::span(values))); }
val from_values(const std::vector<std::int32_t>& values) { return from_integers(values); }
val from_values(const std::vector<float>& values) { return from_floats(values); }
// JavaScript's own numbers are exact to 2^53, which is more than a class index or a float needs.
val from_values(const std::vector<std::int64_t>& values) {
  const std::vector<double> numbers(values.begin(), values.end());
  return from_doubles(numbers);
}

val from_array(const formats::ArrayFile& array) {
  val result = val::object();
  set(result, "data", std::visit([](const auto& values) { return from_values(values); }, array.values));
  set(result, "shape", from_shape(array.shape));
  return result;
}

val from_table(const formats::CsvTable& table) {
  val groups = val::array();
  for (const auto& [first, count] : table.groups) {
    val group = val::object();
    set(group, "first", first);
    set(group, "count", count);
    push(groups, group);
  }
  val result = val::object();
  set(result, "inputs", from_floats(table.inputs));
  set(result, "rows", table.rows);
  set(result, "featureNames", from_strings(table.feature_names));
  set(result, "groups", groups);
  const bool has_classes = !table.class_names.empty();
  set(result, "labels", has_classes ? from_integers(table.labels) : val::null());
  set(result, "classNames", has_classes ? from_strings(table.class_names) : val::null());
  set(result, "targets", has_classes ? val::null() : from_floats(table.targets));
  return result;
}

enum class DataFormat { npy, idx, csv };
constexpr std::array<std::string_view, 3> enum_names(DataFormat) { return {"npy", "idx", "csv"}; }

val read_data(std::string format, val bytes, val options, std::string field) {
  return guarded([&]() -> Result<val> {
    const auto copied = to_bytes(bytes);
    const auto file = std::as_bytes(std::span(copied));
    const auto known = value_of<DataFormat>(format);
    if (!known) return Error{ErrorCode::unknown_name, "format", "format must be npy, idx or csv."};
    if (*known == DataFormat::csv) {
      MLSEC_TRY(const Value& given, to_value(options));
      formats::CsvOptions decoded;
      MLSEC_TRY_VOID(decode(given, decoded));
      MLSEC_TRY(const auto& table, formats::read_csv(file, decoded, field));
      return from_table(table);
    }
    MLSEC_TRY(const auto& array,
              *known == DataFormat::npy ? formats::read_npy(file, field) : formats::read_idx(file, field));
    return from_array(array);
  });
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec_data) { emscripten::function("readData", &mlsec::bindings::read_data); }
