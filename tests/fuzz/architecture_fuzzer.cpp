// Feeds network_from architectures in JSON. Seeds are those of the recipes in web/models.
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/json_reader.hpp"
#include "nn/architecture.hpp"
#include "tests/fuzz/checks.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = read_json(fuzz::text_of(std::as_bytes(std::span(data, size))), "architecture");
  if (!value.ok()) return 0;
  auto network = nn::network_from(value.value());
  if (!network.ok()) return fuzz::check_sentence(network.error());  // an option may well be called ""
  if (!fuzz::is_small(network.value())) return 0;
  network.value().initialise(1);
  const std::vector<float> input(network.value().input_shape().count(), 0.5f);
  nn::Workspace workspace;
  network.value().forward(1, input.data(), workspace);
  return 0;
}
