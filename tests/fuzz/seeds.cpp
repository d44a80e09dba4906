// Writes what the tests feed to the readers into folders, one for each fuzzer:
//     MLSEC_SEEDS=FOLDER seeds
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <string>

#include "tests/fuzz/listening.hpp"

namespace mlsec::fuzz {

namespace {

constexpr std::size_t most_refused = 300, most_bytes = 20'000;

/// FNV-1a.
std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (char byte : bytes) hash = (hash ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  return hash;
}

}  // namespace

void keep(std::string_view target, std::span<const std::byte> bytes, bool read, std::string_view before) {
  static std::map<std::string, std::size_t, std::less<>> refused;
  static std::set<std::uint64_t> known;
  static const char* root = std::getenv("MLSEC_SEEDS");
  if (!root || bytes.size() > most_bytes) return;
  std::string content(before);
  content.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::uint64_t hash = hash_of(std::string(target) + ":" + content);
  if (known.contains(hash) || (!read && ++refused[std::string(target)] > most_refused)) return;
  known.insert(hash);
  const auto folder = std::filesystem::path(root) / target;
  std::filesystem::create_directories(folder);
  std::ofstream(folder / std::to_string(hash), std::ios::binary) << content;
}

std::optional<char> byte_of(const formats::CsvOptions& options) {
  if (options.target || !options.categorical.empty() || !options.ignore.empty()) return std::nullopt;
  for (int byte = 0; byte < 16; ++byte)
    if (byte % 3 == static_cast<int>(options.delimiter) && ((byte & 4) != 0) == options.header &&
        (byte >> 3 & 1) == static_cast<int>(options.target_kind))
      return static_cast<char>(byte);
  return std::nullopt;
}

}  // namespace mlsec::fuzz
