// What of a sample may change: masks, bounds, whole numbers and groups of which one holds, from the options that say
// so.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "attacks/attack_options.hpp"
#include "base/result.hpp"
#include "model/specification.hpp"
#include "threat/box.hpp"

namespace mlsec::attacks {

/// Names the option at fault: sizes and indices that do not fit, groups that share a feature, and samples (rows x
/// features) that break a rule themselves.
Result<void> check_feature_rules(const AttackOptions& options, std::span<const float> inputs, std::size_t features);

/// Whether any option narrows what a sample may be.
bool narrows(const AttackOptions& options);

/// What the features of sample `row` may be; fixed ones have no width.
threat::Box box_of(const AttackOptions& options, const model::InputSpecification& input, std::size_t row,
                   std::span<const float> original);

/// Whether some features are whole numbers or one of several.
inline bool has_discrete(const AttackOptions& options) { return options.integer || options.one_hot; }

/// Moves x, inside its box, to the valid point that stands for it: whole numbers are taken towards the original, a
/// change counting once it is whole; of a group the largest that the box allows becomes 1, the others 0. Attacks go on
/// as if x itself had been asked about: gradients pass straight through (Bengio et al., 2013, arXiv:1308.3432, section
/// 4).
void make_valid(const AttackOptions& options, const threat::Box& box, std::span<const float> original,
                std::span<float> x);

/// Gives x what `from` has in whole numbers and groups: rounding to levels is not for them.
void keep_discrete(const AttackOptions& options, std::span<const float> from, std::span<float> x);

}  // namespace mlsec::attacks
