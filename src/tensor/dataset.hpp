// Labelled samples. Bytes stay bytes: 60,000 images of 28 x 28 are 47 MB, not 188.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "tensor/shape.hpp"

namespace mlsec::inline tensor {

/// Every value lies in [lower, upper].
struct Bounds {
  float lower = 0, upper = 1;
};

class Dataset {
 public:
  /// Bytes stand for 0 ... 255 scaled to 0 ... 1. `labels` has one class below `classes` for each sample.
  static Result<Dataset> from_bytes(Shape sample, std::vector<std::uint8_t> bytes, std::vector<int> labels,
                                    int classes);
  static Result<Dataset> from_floats(Shape sample, std::vector<float> floats, std::vector<int> labels, int classes);

  /// The same samples with `outputs` numbers each instead of a class: several labels at once, or values. `targets` is
  /// rows x outputs.
  Result<Dataset> with_targets(std::vector<float> targets, int outputs) &&;

  const Shape& sample() const { return sample_; }
  std::size_t rows() const { return labels_.size(); }
  /// Whether each sample has one class; otherwise it has numbers only, and label() is 0.
  bool has_labels() const { return targets_.empty(); }
  /// How many classes, or numbers a target has.
  int classes() const { return classes_; }
  int label(std::size_t row) const { return labels_[row]; }

  /// 0 and 1, or what the values need beyond.
  Bounds bounds() const;

  /// Writes what the outputs for a row should be: 1 for its class and 0 for all others, or its numbers.
  void target(std::size_t row, std::span<float> out) const;

  /// Writes the given rows as floats, one after another.
  void gather(std::span<const std::uint32_t> rows, float* out) const;

 private:
  Dataset(Shape sample, std::vector<int> labels, int classes)
      : sample_(sample), labels_(std::move(labels)), classes_(classes) {}
  static Result<void> check(const Shape& sample, std::size_t values, const std::vector<int>& labels, int classes);

  Shape sample_;
  std::vector<std::uint8_t> bytes_;
  std::vector<float> floats_;
  std::vector<int> labels_;
  std::vector<float> targets_;
  int classes_;
};

}  // namespace mlsec::inline tensor
