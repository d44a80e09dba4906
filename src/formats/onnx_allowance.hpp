// What is left of the Limits while a file is read.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "formats/onnx.hpp"
#include "formats/onnx_error.hpp"

namespace mlsec::formats::onnx {

class Allowance {
 public:
  explicit Allowance(const Limits& limits)
      : nodes_(limits.nodes),
        constants_(limits.constants),
        elements_(limits.elements),
        entries_(limits.entries),
        name_length_(limits.name_length) {}

  /// Each takes from what is left, or answers too_large.
  Result<void> take_node();
  Result<void> take_entries(std::size_t count = 1);

  /// One constant of `count` elements.
  Result<void> take_constant(std::size_t count, const Subject& subject);

  /// The elements that a constant may still have, and the entries a list.
  std::size_t elements() const { return elements_; }
  std::size_t entries() const { return entries_; }

  Result<void> check_name(std::string_view name) const;

 private:
  std::size_t nodes_;
  std::size_t constants_;
  std::size_t elements_;
  std::size_t entries_;
  std::size_t name_length_;
};

}  // namespace mlsec::formats::onnx
