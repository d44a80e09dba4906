#include "tests/core/formats/tfjs_files.hpp"

#include <doctest/doctest.h>

namespace mlsec::test {

const std::vector<TfjsFile>& tfjs_files() {
  static const std::vector<TfjsFile> files{
#include "tests/core/formats/tfjs_models.inc"
  };
  return files;
}

const TfjsFile& tfjs_file(std::string_view name) {
  for (const TfjsFile& file : tfjs_files())
    if (file.name == name) return file;
  FAIL("no such file");
  return tfjs_files().front();
}

std::vector<std::byte> bytes_of(std::string_view base64) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<std::byte> bytes;
  unsigned bits = 0;
  int count = 0;
  for (char c : base64) {
    if (c == '=') break;
    bits = bits << 6 | static_cast<unsigned>(digits.find(c));
    if ((count += 6) < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<std::byte>(bits >> count & 0xff));
  }
  return bytes;
}

std::vector<float> inputs_of(const TfjsFile& file, std::size_t count) {
  std::vector<float> inputs;
  for (std::size_t i = 0; i < count; ++i)
    inputs.push_back(file.tokens > 0 ? static_cast<float>((i * 7 + 3) % static_cast<std::size_t>(file.tokens))
                                     : (static_cast<float>((i * 37 + 11) % 101) - 50) / 64);
  return inputs;
}

}  // namespace mlsec::test
