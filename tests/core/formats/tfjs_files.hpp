// Models that TensorFlow.js wrote, and what it makes of a batch: see tests/oracles/tfjs_models.mjs.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlsec::test {

struct TfjsFile {
  std::string_view name, json, base64;  // of the weights
  int tokens;                           // inputs are whole numbers below that, where it is not 0
  bool softmax;                         // at the end
  std::vector<float> expected;
};

const std::vector<TfjsFile>& tfjs_files();
const TfjsFile& tfjs_file(std::string_view name);

std::vector<std::byte> bytes_of(std::string_view base64);

/// The inputs for which outputs are expected.
std::vector<float> inputs_of(const TfjsFile& file, std::size_t count);

}  // namespace mlsec::test
