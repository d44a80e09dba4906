// Linear maps with few inputs an output: slices, transpositions, borders, interpolation, means.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mlsec::engine {

/// Built output by output; an output without terms is the constant.
class SparseMap {
 public:
  void add_term(std::size_t input, float weight = 1);
  void end_output() { ends_.push_back(static_cast<std::uint32_t>(inputs_.size())); }

  std::size_t outputs() const { return ends_.size(); }

  /// x is rows x inputs.
  void run(std::size_t rows, std::size_t inputs, const float* x, float constant, float* y) const;
  /// The adjoint: overwrites dx.
  void run_back(std::size_t rows, std::size_t inputs, const float* dy, float* dx) const;

 private:
  std::vector<std::uint32_t> ends_, inputs_;
  std::vector<float> weights_;
  bool selects_ = true;  // each output is one input, or the constant
};

}  // namespace mlsec::engine
