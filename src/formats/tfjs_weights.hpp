// The weights of a TensorFlow.js model: what its manifest names, decoded when it is asked for.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"
#include "formats/onnx_allowance.hpp"
#include "formats/onnx_error.hpp"
#include "formats/tfjs.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::tfjs {

// A model file is refused as one of ONNX is.
using onnx::Allowance;
using onnx::refuse;
using onnx::Subject;

/// What the numbers of a weight are stored as.
enum class Stored { float32, int32, boolean, uint8, uint16, float16 };

struct Weight {
  Shape shape;
  bool integral = false;  // its numbers become integers
  Stored stored = Stored::float32;
  double scale = 1, minimum = 0;  // of stored whole numbers that stand for others
  std::size_t offset = 0;         // into all bytes
};

class Weights {
 public:
  /// Refuses a manifest whose weights have not as many bytes together as there are.
  static Result<Weights> read(const Value* manifest, std::span<const std::byte> bytes, Allowance& allowance);

  /// The names and sizes of the files alone.
  static Result<std::vector<TfjsWeightFile>> files(const Value* manifest);

  /// nullptr where there is none of that name.
  const Weight* find(std::string_view name) const;

  /// The weight that a layer calls `role`: "layer/role", with names of models before it or of a cell in between.
  const Weight* find(std::string_view layer, std::string_view role) const;

  /// The numbers; refuses NaN and infinity.
  Result<nn::Constant> constant(const Weight& weight, const Subject& subject) const;

 private:
  std::span<const std::byte> bytes_;
  std::map<std::string, Weight, std::less<>> weights_;
  std::map<std::string, const Weight*, std::less<>> shortened_;  // nullptr where two have the short name
};

}  // namespace mlsec::formats::tfjs
