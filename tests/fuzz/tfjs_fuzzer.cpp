// Feeds read_tfjs arbitrary bytes: model.json, a zero and the weights. What it reads goes to model_from. Seeds are any
// models so put together.
#include <cstddef>
#include <cstdint>
#include <span>

#include "formats/model_graph.hpp"
#include "formats/tfjs.hpp"
#include "tests/fuzz/checks.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const std::string_view json = fuzz::text_of(bytes).substr(0, fuzz::text_of(bytes).find('\0'));
  if (const auto files = formats::tfjs_weight_files(json); !files.ok()) fuzz::check_refusal(files.error());
  const auto graph = formats::read_tfjs({json, bytes.subspan(std::min(size, json.size() + 1))});
  if (!graph.ok()) return fuzz::check_refusal(graph.error());
  const auto model = formats::model_from(graph.value(), {});
  if (!model.ok()) return fuzz::check_refusal(model.error());
  fuzz::check_pass(*model.value());
  return 0;
}
