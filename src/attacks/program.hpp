// An attack with its options, behind one interface: what the driver runs.
#pragma once

#include <memory>
#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/decode.hpp"
#include "base/text.hpp"

namespace mlsec::attacks {

class Program {
 public:
  virtual ~Program() = default;

  virtual std::string_view id() const = 0;
  virtual const Traits& traits() const = 0;
  virtual threat::Norm norm() const = 0;

  /// The radius that the options ask for; nothing for minimum-norm attacks.
  virtual std::optional<double> epsilon() const = 0;

  /// Refuses per-sample options with another number of samples.
  virtual Result<void> check_samples(std::size_t rows, std::size_t features) const = 0;

  virtual Task<Point> run(Attempt& attempt) const = 0;

  /// The same attack with another radius; only where epsilon() has a value.
  virtual std::unique_ptr<Program> with_epsilon(double epsilon) const = 0;
};

/// The number of entries that `value` holds for each sample is checked field by field.
template <OptionStruct Options>
Result<void> check_per_sample(const Options& options, std::size_t rows, std::size_t features) {
  Result<void> outcome;
  for_each_field<Options>([&](const auto& entry) {
    if (!entry.per_sample || !outcome.ok()) return;
    const auto check = [&](const auto& value) {
      using T = std::remove_cvref_t<decltype(value)>;
      std::size_t size = 0, wanted = rows;
      if constexpr (std::same_as<T, NumberArray>) {
        size = value.numbers.size();
        wanted = rows * features;
      } else if constexpr (IsList<T>::value) {
        size = value.size();
      }
      const std::string name(entry.name);
      if (size != wanted)
        outcome = Error{ErrorCode::shape_mismatch, name, sentence({name, " must have ", wanted, " entries, one for each sample", (wanted == rows ? "" : "'s feature"), ", not ", size, "."})};
    };
    const auto& member = options.*entry.member;
    if constexpr (IsOptional<std::remove_cvref_t<decltype(member)>>::value) {
      if (member) check(*member);
    } else {
      check(member);
    }
  });
  return outcome;
}

template <class Attack>
class ProgramOf final : public Program {
 public:
  using Options = typename Attack::Options;
  explicit ProgramOf(Options options) : options_(std::move(options)) {}

  std::string_view id() const override { return Attack::id; }
  const Traits& traits() const override { return Attack::traits; }
  threat::Norm norm() const override {
    if constexpr (requires { options_.norm; })
      return options_.norm;
    else
      return Attack::norm;
  }
  std::optional<double> epsilon() const override {
    if constexpr (requires { options_.radius(); })
      return options_.radius();
    else
      return std::nullopt;
  }
  Result<void> check_samples(std::size_t rows, std::size_t features) const override {
    return check_per_sample(options_, rows, features);
  }
  Task<Point> run(Attempt& attempt) const override { return Attack::run(attempt, options_); }
  std::unique_ptr<Program> with_epsilon([[maybe_unused]] double epsilon) const override {
    if constexpr (requires { options_.radius(); }) {
      Options changed = options_;
      changed.epsilon = epsilon;
      return std::make_unique<ProgramOf>(std::move(changed));
    } else {
      return nullptr;
    }
  }

 private:
  Options options_;
};

}  // namespace mlsec::attacks
