// Feeds read_csv arbitrary bytes, the first of which chooses options. Seeds are
// any tables behind a byte.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/csv.hpp"
#include "tests/fuzz/checks.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  formats::CsvOptions options;
  options.delimiter = static_cast<formats::Delimiter>(data[0] % 3);
  options.header = (data[0] & 4) != 0;
  options.target_kind = static_cast<formats::TargetKind>(data[0] >> 3 & 1);
  const auto table = formats::read_csv(std::as_bytes(std::span(data + 1, size - 1)), options);
  if (!table.ok()) return fuzz::check_refusal(table.error());
  MLSEC_CHECK(table.value().inputs.size() == table.value().rows * table.value().feature_names.size());
  MLSEC_CHECK(table.value().labels.size() + table.value().targets.size() == table.value().rows);
  return 0;
}
