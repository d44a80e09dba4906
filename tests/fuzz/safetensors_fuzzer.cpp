// Feeds read_safetensors arbitrary bytes, the first of which chooses the architecture whose weights they are. Seeds are
// any files behind a byte.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "base/json_reader.hpp"
#include "formats/safetensors_model.hpp"
#include "tests/core/formats/safetensors_fixtures.hpp"
#include "tests/fuzz/checks.hpp"

using namespace mlsec;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto file = formats::read_safetensors(std::as_bytes(std::span(data + 1, size - 1)));
  if (!file.ok()) return fuzz::check_refusal(file.error());
  const auto bytes = formats::write_safetensors(file.value(), formats::Precision::float32);
  MLSEC_CHECK(bytes.ok());
  const auto again = formats::read_safetensors(bytes.value());
  MLSEC_CHECK(again.ok());
  MLSEC_CHECK(again.value().tensors.size() == file.value().tensors.size());
  MLSEC_CHECK(formats::write_safetensors(again.value(), formats::Precision::float32).value() == bytes.value());

  const auto& fixture = test::safetensors_fixtures[data[0] % test::safetensors_fixtures.size()];
  const Value architecture = read_json(fixture.architecture, "architecture").value();
  const auto model = formats::model_from_safetensors(file.value(), architecture, {});
  if (!model.ok()) return fuzz::check_refusal(model.error());
  fuzz::check_pass(*model.value());
  MLSEC_CHECK(formats::safetensors_of(*model.value()).ok());
  return 0;
}

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most, unsigned seed) {
  // Half the time the header alone, whose length is then right.
  constexpr std::size_t before = 9;
  std::uint64_t length = 0;
  if (size > before) std::memcpy(&length, data + 1, sizeof length);
  if (seed % 2 == 0 || size <= before || length == 0 || length > size - before)
    return LLVMFuzzerMutate(data, size, most);
  const std::size_t old = static_cast<std::size_t>(length);
  std::vector<std::uint8_t> header(data + before, data + before + old), rest(data + before + old, data + size);
  if (before + rest.size() + 1 >= most) return LLVMFuzzerMutate(data, size, most);
  const std::size_t room = most - before - rest.size();
  header.resize(std::max(room, old));
  const std::size_t fresh = LLVMFuzzerMutate(header.data(), old, room);
  const std::uint64_t stored = fresh;
  std::memcpy(data + 1, &stored, sizeof stored);
  std::memcpy(data + before, header.data(), fresh);
  if (!rest.empty()) std::memcpy(data + before + fresh, rest.data(), rest.size());
  return before + fresh + rest.size();
}
