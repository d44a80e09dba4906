// An attack with its options, behind one interface: what the driver runs.
#pragma once

#include <memory>
#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/traits.hpp"
#include "base/decode.hpp"

namespace mlsec::attacks {

class Program {
 public:
  virtual ~Program() = default;

  virtual std::string_view id() const = 0;
  virtual const Traits& traits() const = 0;
  virtual threat::Norm norm() const = 0;

  /// The radius that the options ask for; nothing for minimum-norm attacks.
  virtual std::optional<double> epsilon() const = 0;

  /// Refuses per-sample options with another number of samples, and what the attack's own `check_features` refuses.
  virtual Result<void> check_samples(std::size_t rows, std::size_t features) const = 0;

  virtual Task<Point> run(Attempt& attempt) const = 0;

  virtual std::unique_ptr<Program> copy() const = 0;

  /// The same attack with another radius; only where epsilon() has a value.
  std::unique_ptr<Program> with_epsilon(double epsilon) const;

  /// Where the options lie: for decoding them.
  virtual void* options() = 0;

  /// The option that with_epsilon sets; null where there is none.
  virtual std::optional<double>* epsilon_option() = 0;
};

/// How many samples a per-sample option speaks of, and of how many numbers each.
struct PerSampleSize {
  std::size_t entries;
  bool features;  // one number a feature, or one a sample
};
inline PerSampleSize per_sample_size(const NumberArray& array) { return {array.numbers.size(), true}; }
template <class T>
PerSampleSize per_sample_size(const std::vector<T>& list) {
  return {list.size(), false};
}

Result<void> check_per_sample_size(std::string_view name, PerSampleSize size, std::size_t rows, std::size_t features);

/// Refuses per-sample options that do not have an entry for each sample.
template <OptionStruct Options>
Result<void> check_per_sample(const Options& options, std::size_t rows, std::size_t features) {
  Result<void> outcome;
  for_each_field_index<Options>([&]<std::size_t I>() {
    if constexpr (field_at<Options, I>.per_sample) {
      constexpr std::string_view name = field_at<Options, I>.name;
      const auto& member = options.*field_at<Options, I>.member;
      static_assert(IsOptional<std::remove_cvref_t<decltype(member)>>::value, "per-sample options are optional");
      if (member && outcome.ok()) outcome = check_per_sample_size(name, per_sample_size(*member), rows, features);
    }
  });
  return outcome;
}

/// Refuses classes that the model does not have; `name` is the option's.
Result<void> check_classes(const std::optional<std::vector<int>>& list, std::string_view name, std::size_t classes);

template <class Attack>
class ProgramOf final : public Program {
 public:
  using Options = typename Attack::Options;
  explicit ProgramOf(Options options = {}) : options_(std::move(options)) {}

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
    MLSEC_TRY_VOID(check_per_sample(options_, rows, features));
    if constexpr (requires { Attack::check_features(options_, features); })
      return Attack::check_features(options_, features);
    return {};
  }
  Task<Point> run(Attempt& attempt) const override { return Attack::run(attempt, options_); }
  std::unique_ptr<Program> copy() const override { return std::unique_ptr<Program>(new ProgramOf(*this)); }
  void* options() override { return &options_; }

  std::optional<double>* epsilon_option() override {
    if constexpr (requires { options_.radius(); })
      return &options_.epsilon;
    else
      return nullptr;
  }

 private:
  Options options_;
};

}  // namespace mlsec::attacks
