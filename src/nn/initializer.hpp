// Where weights start.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "base/enum_names.hpp"
#include "base/random.hpp"
#include "base/schema.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::nn {

/// - he: variance 2 / fan_in, for relu (He et al., 2015, arXiv:1502.01852).
/// - glorot: variance 2 / (fan_in + fan_out), for tanh and sigmoid (Glorot and Bengio, 2010, "Understanding the
///   difficulty of training deep feedforward neural networks").
/// - lecun: variance 1 / fan_in (LeCun et al., 1998, "Efficient BackProp").
/// - orthogonal: rows of length 1 at right angles to each other, or columns where there are more rows than columns; all
///   such matrices equally likely (Saxe et al., 2014, arXiv:1312.6120).
/// Normal ones are not truncated.
enum class Initializer {
  he_normal,
  he_uniform,
  glorot_normal,
  glorot_uniform,
  lecun_normal,
  lecun_uniform,
  orthogonal,
  zeros,
};
constexpr std::array<std::string_view, 8> enum_names(Initializer) {
  return {"he-normal",    "he-uniform",    "glorot-normal", "glorot-uniform",
          "lecun-normal", "lecun-uniform", "orthogonal",    "zeros"};
}

/// The option of every layer with weights.
template <class Options>
constexpr auto initializer_field(Initializer Options::* member) {
  return field("initializer", member,
               "How initial weights are drawn: he suits relu, glorot tanh and sigmoid; orthogonal keeps lengths.")
      .for_experts();
}

/// How many inputs an output is a sum over, and the other way round: of a convolution, taps times channels.
struct Fans {
  std::size_t in, out;
};

/// Overwrites `weights`, whose first axis counts the outputs.
void initialise(Initializer initializer, const Fans& fans, Random& random, Tensor& weights);

}  // namespace mlsec::nn
