// Losses on logits and their cotangents.
#pragma once

#include <cstddef>
#include <span>

namespace mlsec::nn {

/// Probabilities of one row of logits; the largest logit is subtracted first, so nothing overflows.
void softmax(std::span<const float> logits, std::span<float> probabilities);

/// -log softmax(logits)[label]. Where `cotangent` is not empty it gets softmax(logits) - one_hot(label).
float cross_entropy(std::span<const float> logits, std::size_t label, std::span<float> cotangent);

/// The index of the largest logit; the first among equals.
std::size_t largest(std::span<const float> logits);

/// The index of the largest logit but for `excluded`.
std::size_t largest_other(std::span<const float> logits, std::size_t excluded);

}  // namespace mlsec::nn
