// An attack on a set with its options, behind one interface: what its driver runs.
#pragma once

#include <memory>
#include <string_view>

#include "attacks/set_attempt.hpp"
#include "attacks/traits.hpp"
#include "base/result.hpp"

namespace mlsec::attacks {

class SetProgram {
 public:
  virtual ~SetProgram() = default;

  virtual std::string_view id() const = 0;
  virtual const Traits& traits() const = 0;

  /// Extents of what it makes: of a sample, or height x width x channels of a patch.
  virtual Shape pattern_shape(const model::InputSpecification& input) const = 0;

  /// Of a patch: "round" or "square"; empty where it makes a perturbation.
  virtual std::string_view pattern_form() const = 0;

  /// What the attack's own `check_features` refuses, of a model with so many.
  virtual Result<void> check_features(std::size_t features) const = 0;

  virtual Task<Finished> run(SetAttempt& attempt) const = 0;

  /// Where the options lie: for decoding them.
  virtual void* options() = 0;
};

template <class Attack>
class SetProgramOf final : public SetProgram {
 public:
  std::string_view id() const override { return Attack::id; }
  const Traits& traits() const override { return Attack::traits; }
  Shape pattern_shape(const model::InputSpecification& input) const override {
    if constexpr (requires { options_.pattern_shape(input); })
      return options_.pattern_shape(input);
    else
      return input.shape;
  }
  std::string_view pattern_form() const override {
    if constexpr (requires { options_.form; })
      return name_of(options_.form);
    else
      return {};
  }
  Result<void> check_features([[maybe_unused]] std::size_t features) const override {
    if constexpr (requires { Attack::check_features(options_, features); })
      return Attack::check_features(options_, features);
    return {};
  }
  Task<Finished> run(SetAttempt& attempt) const override { return Attack::run(attempt, options_); }
  void* options() override { return &options_; }

 private:
  typename Attack::Options options_;
};

}  // namespace mlsec::attacks
