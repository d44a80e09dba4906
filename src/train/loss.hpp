// Losses of one row of outputs against its target, and their cotangents.
#pragma once

#include <span>

#include "train/train_options.hpp"

namespace mlsec::train {

/// `target` has one number an output: a distribution over the classes (one-hot, smoothed or mixed), independent zeros
/// and ones, or values to be met. Where `cotangent` is not empty it gets d loss / d outputs. For K outputs z:
/// - cross-entropy: -sum t_k log softmax(z)_k;
/// - hinge: sum over y of t_y max(0, 1 + max over k != y of z_k - z_y) (Crammer and Singer, 2001);
/// - mean-squared-error: the mean of (z_k - t_k)^2;
/// - binary-cross-entropy: the mean of -t_k log s(z_k) - (1 - t_k) log(1 - s(z_k)) with s the logistic function.
double loss_of(LossKind kind, std::span<const float> outputs, std::span<const float> target,
               std::span<float> cotangent);

/// Binary cross-entropy of margins, of MART: -log p_y - log(1 - max over k != y of p_k) with p = softmax(logits)
/// (Wang et al., 2020, equation 8).
double boosted_cross_entropy(std::span<const float> logits, std::size_t label, std::span<float> cotangent);

/// factor * KL(softmax(clean) || softmax(adversarial)); adds its cotangents to both.
double add_divergence(std::span<const float> clean, std::span<const float> adversarial, double factor,
                      std::span<float> clean_cotangent, std::span<float> adversarial_cotangent);

}  // namespace mlsec::train
