// Plain values as bytes, for checkpoints and for what workers tell each other. Both ends run on one kind of machine:
// WebAssembly is little-endian everywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace mlsec::train {

class ByteWriter {
 public:
  template <class T>
    requires std::is_arithmetic_v<T>
  void put(T value) {
    put_all(std::span<const T>(&value, 1));
  }
  template <class T>
  void put_all(std::span<const T> values) {
    const auto bytes = std::as_bytes(values);
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  /// An array with its length in front.
  void put_array(std::span<const float> values) {
    put(static_cast<std::uint64_t>(values.size()));
    put_all(values);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

/// Reading beyond the end gives zeros and is remembered: check ok() at the end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <class T>
    requires std::is_arithmetic_v<T>
  T get() {
    T value{};
    get_all(std::span<T>(&value, 1));
    return value;
  }
  template <class T>
  void get_all(std::span<T> values) {
    if (values.size_bytes() > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
    }
    if (!ok_ || values.empty()) return;
    std::memcpy(values.data(), bytes_.data(), values.size_bytes());
    bytes_ = bytes_.subspan(values.size_bytes());
  }
  /// An array that must have as many numbers as `values`.
  void get_array(std::span<float> values) {
    if (get<std::uint64_t>() != values.size()) ok_ = false;
    get_all(values);
  }
  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::span<const std::byte> bytes_;
  bool ok_ = true;
};

}  // namespace mlsec::train
