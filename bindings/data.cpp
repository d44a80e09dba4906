// Files of data as arrays.
#include <emscripten/bind.h>

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
  result.set("data", std::visit([](const auto& values) { return from_values(values); }, array.values));
  result.set("shape", from_shape(array.shape));
  return result;
}

val read_npy(val bytes, std::string field) {
  return guarded([&]() -> Result<val> {
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const auto array, formats::read_npy(std::as_bytes(std::span(file)), field));
    return from_array(array);
  });
}

val read_idx(val bytes, std::string field) {
  return guarded([&]() -> Result<val> {
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const auto array, formats::read_idx(std::as_bytes(std::span(file)), field));
    return from_array(array);
  });
}

val from_table(const formats::CsvTable& table) {
  val groups = val::array();
  for (const auto& [first, count] : table.groups) {
    val group = val::object();
    group.set("first", first);
    group.set("count", count);
    groups.call<void>("push", group);
  }
  val result = val::object();
  result.set("inputs", from_floats(table.inputs));
  result.set("rows", table.rows);
  result.set("featureNames", from_strings(table.feature_names));
  result.set("groups", groups);
  const bool has_classes = !table.class_names.empty();
  result.set("labels", has_classes ? from_integers(table.labels) : val::null());
  result.set("classNames", has_classes ? from_strings(table.class_names) : val::null());
  result.set("targets", has_classes ? val::null() : from_floats(table.targets));
  return result;
}

val read_csv(val bytes, val options, std::string field) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const Value given, to_value(options));
    formats::CsvOptions decoded;
    MLSEC_TRY_VOID(decode(given, decoded));
    const auto file = to_bytes(bytes);
    MLSEC_TRY(const auto table, formats::read_csv(std::as_bytes(std::span(file)), decoded, field));
    return from_table(table);
  });
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec_data) {
  using namespace mlsec::bindings;
  using emscripten::function;
  function("readNpy", &read_npy);
  function("readIdx", &read_idx);
  function("readCsv", &read_csv);
}
