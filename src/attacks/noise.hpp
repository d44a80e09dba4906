// Noise and simple changes of the whole input: what any attack should beat.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/least_change.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

inline constexpr Paper foolbox_paper{"Foolbox: A Python Toolbox to Benchmark the Robustness of Machine Learning Models",
                                     "Rauber, Brendel, Bethge", 2017, "arXiv:1707.04131"};

enum class NoiseKind { gaussian, uniform };
constexpr std::array<std::string_view, 2> enum_names(NoiseKind) { return {"gaussian", "uniform"}; }

/// Random noise of size epsilon, drawn anew as long as it fails.
struct AdditiveNoise {
  static constexpr std::string_view id = "additive-noise";
  static constexpr std::string_view name = "Additive noise";
  static constexpr std::string_view summary = "Adds random noise of size epsilon, again and again.";
  static constexpr Paper paper = foolbox_paper;
  static constexpr Traits traits{
      .needs = Needs::labels, .goal = Goal::fixed_budget, .targeted = true, .random = true, .blind = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    NoiseKind noise = NoiseKind::uniform;
    int tries = 100;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon),
          field("noise", &Options::noise, "How the noise is distributed before it is scaled to epsilon."),
          field("tries", &Options::tries, "How many draws are tried.").range(1, 1000000));
    }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// More and more features at the faces of the box until that succeeds; then as few as are enough, drawn anew each time.
struct SaltAndPepper {
  static constexpr std::string_view id = "salt-and-pepper";
  static constexpr std::string_view name = "Salt and pepper";
  static constexpr std::string_view summary = "Sets features to the least or the largest value, as few as are enough.";
  static constexpr Paper paper = foolbox_paper;
  static constexpr Traits traits{
      .needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true, .blind = true};
  static constexpr threat::Norm norm = threat::Norm::l0;

  struct Options {
    int steps = 200;
    static constexpr auto schema() {
      return mlsec::schema(field("steps", &Options::steps,
                                 "How often features are drawn; a quarter of it at most to find a first success.")
                               .range(1, 1000000));
    }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Blends towards a random image.
struct BlendedNoise {
  static constexpr std::string_view id = "blended-noise";
  static constexpr std::string_view name = "Blended noise";
  static constexpr std::string_view summary = "Blends the input with random noise, as little as is enough.";
  static constexpr Paper paper = foolbox_paper;
  static constexpr Traits traits{
      .needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = true, .blind = true};
  static constexpr threat::Norm norm = threat::Norm::l2;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Blends towards the middle of the box.
struct Contrast {
  static constexpr std::string_view id = "contrast-reduction";
  static constexpr std::string_view name = "Contrast reduction";
  static constexpr std::string_view summary = "Takes away contrast, as little as is enough.";
  static constexpr Paper paper = foolbox_paper;
  static constexpr Traits traits{
      .needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = false, .blind = true};
  static constexpr threat::Norm norm = threat::Norm::l2;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Adds or takes away the same everywhere.
struct Brightness {
  static constexpr std::string_view id = "brightness";
  static constexpr std::string_view name = "Brightness";
  static constexpr std::string_view summary = "Makes the input brighter or darker, as little as is enough.";
  static constexpr Paper paper = foolbox_paper;
  static constexpr Traits traits{
      .needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = false, .blind = true};
  static constexpr threat::Norm norm = threat::Norm::linf;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// A Gaussian blur, up to a deviation as long as the image.
struct Blur {
  static constexpr std::string_view id = "gaussian-blur";
  static constexpr std::string_view name = "Gaussian blur";
  static constexpr std::string_view summary = "Blurs the image, as little as is enough.";
  static constexpr Paper paper = foolbox_paper;
  static constexpr Traits traits{.needs = Needs::labels,
                                 .goal = Goal::minimum_norm,
                                 .targeted = true,
                                 .random = false,
                                 .images_only = true,
                                 .blind = true};
  static constexpr threat::Norm norm = threat::Norm::l2;
  using Options = LineOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The negative: Hosseini et al., "On the limitation of convolutional neural networks in recognizing negative images".
struct Inversion {
  static constexpr std::string_view id = "inversion";
  static constexpr std::string_view name = "Inversion";
  static constexpr std::string_view summary = "Turns the input into its negative.";
  static constexpr Paper paper{"On the Limitation of Convolutional Neural Networks in Recognizing Negative Images",
                               "Hosseini, Xiao, Jaiswal, Poovendran", 2017, "arXiv:1703.06857"};
  static constexpr Traits traits{
      .needs = Needs::labels, .goal = Goal::minimum_norm, .targeted = true, .random = false, .blind = true};
  static constexpr threat::Norm norm = threat::Norm::l2;
  struct Options {
    static constexpr auto schema() { return mlsec::schema(); }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
