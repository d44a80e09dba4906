// Files as no program writes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

#include "base/random.hpp"

namespace mlsec::test {

using Bytes = std::vector<std::byte>;

inline Bytes to_bytes(std::string_view text) {
  Bytes bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

/// A copy of its own, so that the address sanitizer sees a read behind the end.
inline Bytes first_bytes(const Bytes& file, std::size_t size) {
  return {file.begin(), file.begin() + static_cast<std::ptrdiff_t>(size)};
}

/// One to four bytes lost, added or with a bit turned over; another damage for every seed.
inline Bytes damaged(Bytes file, std::uint64_t seed) {
  Random random(seed, 1, Purpose::test);
  const std::uint32_t changes = 1 + random.below(4);
  for (std::uint32_t i = 0; i < changes && !file.empty(); ++i) {
    const auto position = static_cast<std::ptrdiff_t>(random.below(static_cast<std::uint32_t>(file.size())));
    const std::uint32_t kind = random.below(4);
    if (kind == 0)
      file.erase(file.begin() + position);
    else if (kind == 1)
      file.insert(file.begin() + position, static_cast<std::byte>(random.below(256)));
    else
      file[static_cast<std::size_t>(position)] ^= static_cast<std::byte>(1u << random.below(8));
  }
  return file;
}

}  // namespace mlsec::test
