#include "attacks/feature_rules.hpp"

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace mlsec::attacks {

namespace {

Error refuse(ErrorCode code, const std::string& field, std::initializer_list<Piece> pieces) {
  return {code, field, sentence(pieces)};
}

std::string at(std::string_view name, std::size_t index) {
  return std::string(name) + "[" + std::to_string(index) + "]";
}

using Numbers = std::optional<NumberArray>;
using Indices = std::optional<std::vector<int>>;

Result<void> check_size(std::string_view name, const Numbers& array, std::size_t rows, std::size_t features) {
  if (!array || array->numbers.size() == features || array->numbers.size() == rows * features) return {};
  return refuse(ErrorCode::shape_mismatch, std::string(name),
                {name, " must have ", features, " entries, one for each feature, or as many for each sample, not ",
                 array->numbers.size(), "."});
}

Result<void> check_index(const std::string& place, int index, std::size_t features) {
  if (static_cast<std::size_t>(index) < features) return {};
  return refuse(ErrorCode::out_of_range, place,
                {place, " is ", index, ", but the model's features are 0 ... ", features - 1, "."});
}

Result<void> check_indices(std::string_view name, const Indices& list, std::size_t features) {
  if (!list) return {};
  for (std::size_t i = 0; i < list->size(); ++i) MLSEC_TRY_VOID(check_index(at(name, i), (*list)[i], features));
  return {};
}

/// What an array of numbers says of a feature of a sample.
float entry(const NumberArray& array, std::size_t row, std::size_t feature, std::size_t features) {
  return array.numbers[array.numbers.size() == features ? feature : row * features + feature];
}

Result<void> check_groups(const std::vector<std::vector<int>>& groups, std::size_t features) {
  std::vector<bool> taken(features, false);
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const std::string group = at("oneHot", g);
    if (groups[g].size() < 2)
      return refuse(ErrorCode::shape_mismatch, group, {group, " must have at least two features."});
    for (std::size_t i = 0; i < groups[g].size(); ++i) {
      const std::string place = at(group, i);
      MLSEC_TRY_VOID(check_index(place, groups[g][i], features));
      const auto feature = static_cast<std::size_t>(groups[g][i]);
      if (taken[feature])
        return refuse(ErrorCode::out_of_range, place, {place, " is a feature that a group has already."});
      taken[feature] = true;
    }
  }
  return {};
}

bool is_one_hot(const std::vector<int>& group, std::span<const float> sample) {
  std::size_t ones = 0;
  for (int i : group) {
    const float value = sample[static_cast<std::size_t>(i)];
    if (value != 0 && value != 1) return false;
    ones += value == 1;
  }
  return ones == 1;
}

Result<void> check_sample(const AttackOptions& options, std::size_t row, std::span<const float> sample) {
  const std::size_t features = sample.size();
  const auto outside = [&](std::string_view name, std::size_t feature, const char* side) {
    return refuse(ErrorCode::out_of_range, std::string(name),
                  {name, " lies ", side, " feature ", feature, " of sample ", row, ", ", double{sample[feature]}, "."});
  };
  for (std::size_t i = 0; i < features; ++i) {
    if (options.lower_bounds && entry(*options.lower_bounds, row, i, features) > sample[i])
      return outside("lowerBounds", i, "above");
    if (options.upper_bounds && entry(*options.upper_bounds, row, i, features) < sample[i])
      return outside("upperBounds", i, "below");
  }
  if (options.integer)
    for (int i : *options.integer)
      if (const float value = sample[static_cast<std::size_t>(i)]; value != std::floor(value))
        return refuse(ErrorCode::out_of_range, "integer",
                      {"integer names feature ", i, ", but in sample ", row, " it is ", double{value}, "."});
  if (options.one_hot)
    for (std::size_t g = 0; g < options.one_hot->size(); ++g)
      if (!is_one_hot((*options.one_hot)[g], sample))
        return refuse(
            ErrorCode::out_of_range, at("oneHot", g),
            {at("oneHot", g), " must have one feature that is 1 and others that are 0, unlike sample ", row, "."});
  return {};
}

}  // namespace

bool narrows(const AttackOptions& options) {
  return options.mask || options.lower_bounds || options.upper_bounds || options.immutable || options.increase_only ||
         options.decrease_only || has_discrete(options);
}

Result<void> check_feature_rules(const AttackOptions& options, std::span<const float> inputs, std::size_t features) {
  if (!narrows(options)) return {};
  const std::size_t rows = inputs.size() / features;
  MLSEC_TRY_VOID(check_size("mask", options.mask, rows, features));
  MLSEC_TRY_VOID(check_size("lowerBounds", options.lower_bounds, rows, features));
  MLSEC_TRY_VOID(check_size("upperBounds", options.upper_bounds, rows, features));
  MLSEC_TRY_VOID(check_indices("immutable", options.immutable, features));
  MLSEC_TRY_VOID(check_indices("increaseOnly", options.increase_only, features));
  MLSEC_TRY_VOID(check_indices("decreaseOnly", options.decrease_only, features));
  MLSEC_TRY_VOID(check_indices("integer", options.integer, features));
  if (options.one_hot) MLSEC_TRY_VOID(check_groups(*options.one_hot, features));
  for (std::size_t row = 0; row < rows; ++row)
    MLSEC_TRY_VOID(check_sample(options, row, inputs.subspan(row * features, features)));
  return {};
}

threat::Box box_of(const AttackOptions& options, const model::InputSpecification& input, std::size_t row,
                   std::span<const float> original) {
  const std::size_t features = original.size();
  std::vector<float> lower(features, input.lower), upper(features, input.upper);
  for (std::size_t i = 0; i < features; ++i) {
    if (options.lower_bounds) lower[i] = std::max(lower[i], entry(*options.lower_bounds, row, i, features));
    if (options.upper_bounds) upper[i] = std::min(upper[i], entry(*options.upper_bounds, row, i, features));
    if (options.mask && entry(*options.mask, row, i, features) < 0.5f) lower[i] = upper[i] = original[i];
  }
  const auto hold = [&](std::vector<float>& side, const Indices& list) {
    if (!list) return;
    for (int i : *list) side[static_cast<std::size_t>(i)] = original[static_cast<std::size_t>(i)];
  };
  hold(lower, options.immutable);
  hold(upper, options.immutable);
  hold(lower, options.increase_only);
  hold(upper, options.decrease_only);
  return {std::move(lower), std::move(upper)};
}

void keep_discrete(const AttackOptions& options, std::span<const float> from, std::span<float> x) {
  const auto keep = [&](const std::vector<int>& features) {
    for (int i : features) x[static_cast<std::size_t>(i)] = from[static_cast<std::size_t>(i)];
  };
  if (options.integer) keep(*options.integer);
  if (options.one_hot)
    for (const auto& group : *options.one_hot) keep(group);
}

void make_valid(const AttackOptions& options, const threat::Box& box, std::span<const float> original,
                std::span<float> x) {
  if (options.integer)
    for (int feature : *options.integer) {
      const auto i = static_cast<std::size_t>(feature);
      x[i] = x[i] > original[i] ? std::floor(x[i]) : std::ceil(x[i]);
    }
  if (!options.one_hot) return;
  for (const auto& group : *options.one_hot) {
    const auto holder = [&](auto holds) {
      return static_cast<std::size_t>(*std::find_if(group.begin(), group.end(), holds));
    };
    const std::size_t before = holder([&](int i) { return original[static_cast<std::size_t>(i)] == 1; });
    // Another one may hold where it can be 1 and the one before can be 0.
    std::size_t now = before;
    if (box.lower()[before] <= 0)
      for (int feature : group) {
        const auto i = static_cast<std::size_t>(feature);
        if (x[i] > x[now] && box.upper()[i] >= 1) now = i;
      }
    for (int feature : group) x[static_cast<std::size_t>(feature)] = 0;
    x[now] = 1;
  }
}

}  // namespace mlsec::attacks
