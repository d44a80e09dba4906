// What holds of every answer of a parser.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "base/check.hpp"
#include "base/error.hpp"
#include "model/network_model.hpp"

namespace mlsec::fuzz {

/// A refusal is a whole sentence, and none of our own faults. Returns what a fuzzer then does.
inline int check_sentence(const Error& error) {
  MLSEC_CHECK(error.code != ErrorCode::internal);
  MLSEC_CHECK(error.message.size() > 1 && error.message.ends_with('.'));
  return 0;
}

/// It also names the field.
inline int check_refusal(const Error& error) {
  MLSEC_CHECK(!error.field.empty());
  return check_sentence(error);
}

inline std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Whether a pass takes moments: a model may well be valid and large.
inline bool is_small(const nn::Network& network) {
  std::size_t work = network.input_shape().count();
  for (const nn::Node& node : network.nodes()) {
    const std::size_t outputs = node.shape.count();
    std::size_t weights = 1;
    for (const nn::Parameter& parameter : node.operation->parameters()) weights += parameter.value.size();
    if (outputs > 50'000 || weights > 50'000) return false;
    work += outputs * weights;
  }
  return work < 20'000'000;
}

/// One forward pass gives a row of logits.
inline void check_pass(model::NetworkModel& model) {
  if (!is_small(model.network())) return;
  const std::vector<float> input(model.input().shape.count(), 0.5f);
  const auto pass = model.forward(model::Batch::single(1, input), {});
  MLSEC_CHECK(pass.ok());
  MLSEC_CHECK(pass.value()->outputs().size() == model.output().classes);
}

}  // namespace mlsec::fuzz
