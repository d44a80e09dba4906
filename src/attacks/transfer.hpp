// Iterative gradient attacks whose directions are made to hold on other models, too.
#pragma once

#include <optional>

#include "attacks/attempt.hpp"
#include "attacks/epsilon.hpp"
#include "attacks/points_together.hpp"
#include "attacks/traits.hpp"
#include "base/schema.hpp"

namespace mlsec::attacks {

/// What all of them have. Results are the last points, not the first that succeed: these go on to other models.
struct TransferSettings {
  threat::Norm norm = threat::Norm::linf;
  double epsilon = 0;
  int steps = 10;
  double step = 0;
  double decay = 1;
  bool nesterov = false;  // ask for the gradient where the momentum is going
  int scales = 1;         // x, x / 2, x / 4, ...
  int variance_samples = 0;
  double variance_radius = 0;    // relative to epsilon
  double diversity = 0;          // probability that an image is shrunk and moved
  double smallest_size = 1;      // to which it is shrunk
  int kernel = 1;                // pixels by which gradients are smoothed
  double kernel_deviations = 3;  // of the Gaussian, in half the kernel
};

/// g = decay g + gradient / its mean size, then the steepest step along g: Dong et al., 2018, algorithm 1.
Task<Point> transfer(Attempt& attempt, TransferSettings settings);

namespace detail {

template <class Options>
constexpr auto transfer_steps(int Options::* member) {
  return field("steps", member, "Number of gradient steps.").range(1, 100000);
}
template <class Options>
constexpr auto transfer_step_size(std::optional<double> Options::* member) {
  return field("stepSize", member, "Length of one step in the norm.")
      .range(0, 1e6)
      .in("input units")
      .otherwise("epsilon / steps")
      .for_experts();
}
template <class Options>
constexpr auto transfer_decay(double Options::* member) {
  return field("decay", member, "What share of the momentum stays from step to step.").range(0, 10);
}

/// The settings of the options that every one of them has.
template <class Options>
TransferSettings transfer_settings(const Options& options) {
  TransferSettings settings;
  settings.norm = options.norm;
  settings.epsilon = options.radius();
  settings.steps = options.steps;
  settings.step = options.step_size.value_or(options.radius() / options.steps);
  settings.decay = options.decay;
  return settings;
}

}  // namespace detail

struct MomentumOptions {
  threat::Norm norm = threat::Norm::linf;
  std::optional<double> epsilon;
  int steps = 10;
  std::optional<double> step_size;
  double decay = 1;
  double radius() const { return epsilon.value_or(default_epsilon(norm)); }
  static constexpr auto schema() {
    return mlsec::schema(norm_field(&MomentumOptions::norm), epsilon_field(&MomentumOptions::epsilon),
                         detail::transfer_steps(&MomentumOptions::steps),
                         detail::transfer_step_size(&MomentumOptions::step_size),
                         detail::transfer_decay(&MomentumOptions::decay));
  }
};

/// Dong et al., "Boosting adversarial attacks with momentum", 2018, algorithm 1.
struct MiFgsm {
  static constexpr std::string_view id = "mi-fgsm";
  static constexpr std::string_view name = "Momentum iterative FGSM";
  static constexpr std::string_view summary = "Gradient steps with momentum, which carry over to other models.";
  static constexpr Paper paper{"Boosting Adversarial Attacks with Momentum", "Dong, Liao, Pang, Su, Zhu, Hu, Li", 2018,
                               "arXiv:1710.06081"};
  static constexpr Traits traits{};
  using Options = MomentumOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Lin et al., "Nesterov accelerated gradient and scale invariance for adversarial attacks", 2020, section 3.2.
struct NiFgsm {
  static constexpr std::string_view id = "ni-fgsm";
  static constexpr std::string_view name = "Nesterov iterative FGSM";
  static constexpr std::string_view summary = "Momentum that asks for the gradient where it is about to go.";
  static constexpr Paper paper{"Nesterov Accelerated Gradient and Scale Invariance for Adversarial Attacks",
                               "Lin, Song, He, Wang, Hopcroft", 2020, "arXiv:1908.06281"};
  static constexpr Traits traits{};
  using Options = MomentumOptions;
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The same paper, algorithm 1: gradients of scaled copies of the input are averaged.
struct SiNiFgsm {
  static constexpr std::string_view id = "si-ni-fgsm";
  static constexpr std::string_view name = "Scale-invariant Nesterov FGSM";
  static constexpr std::string_view summary = "Averages the gradients of ever darker copies of the input.";
  static constexpr Paper paper = NiFgsm::paper;
  static constexpr Traits traits{};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 10;
    std::optional<double> step_size;
    double decay = 1;
    int scales = 5;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon), detail::transfer_steps(&Options::steps),
          detail::transfer_step_size(&Options::step_size), detail::transfer_decay(&Options::decay),
          field("scales", &Options::scales, "How many copies, each half as bright as the one before.").range(1, 20));
    }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

struct VarianceOptions {
  threat::Norm norm = threat::Norm::linf;
  std::optional<double> epsilon;
  int steps = 10;
  std::optional<double> step_size;
  double decay = 1;
  int samples = 20;
  double radius_factor = 1.5;
  double radius() const { return epsilon.value_or(default_epsilon(norm)); }
  static constexpr auto schema() {
    return mlsec::schema(
        norm_field(&VarianceOptions::norm), epsilon_field(&VarianceOptions::epsilon),
        detail::transfer_steps(&VarianceOptions::steps), detail::transfer_step_size(&VarianceOptions::step_size),
        detail::transfer_decay(&VarianceOptions::decay),
        field("samples", &VarianceOptions::samples, "How many gradients around the point are averaged.").range(1, 1000),
        field("neighbourhood", &VarianceOptions::radius_factor, "How far around, relative to epsilon.").range(0, 100));
  }
};

/// Wang and He, "Enhancing the transferability of adversarial attacks through variance tuning", 2021, algorithm 1.
struct VmiFgsm {
  static constexpr std::string_view id = "vmi-fgsm";
  static constexpr std::string_view name = "Variance-tuned momentum FGSM";
  static constexpr std::string_view summary = "Corrects each gradient by how gradients varied around the last point.";
  static constexpr Paper paper{"Enhancing the Transferability of Adversarial Attacks through Variance Tuning",
                               "Wang, He", 2021, "arXiv:2103.15571"};
  static constexpr Traits traits{.random = true};
  using Options = VarianceOptions;
  static Result<void> check_features(const Options& options, std::size_t features) {
    return check_points_together("samples", options.samples, features);
  }
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// The same with the gradient asked for where the momentum is going.
struct VniFgsm {
  static constexpr std::string_view id = "vni-fgsm";
  static constexpr std::string_view name = "Variance-tuned Nesterov FGSM";
  static constexpr std::string_view summary = "Variance tuning of the Nesterov iterative method.";
  static constexpr Paper paper = VmiFgsm::paper;
  static constexpr Traits traits{.random = true};
  using Options = VarianceOptions;
  static Result<void> check_features(const Options& options, std::size_t features) {
    return check_points_together("samples", options.samples, features);
  }
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Xie et al., "Improving transferability of adversarial examples with input diversity", 2019, with momentum (M-DI2).
/// The image is shrunk instead of enlarged, since models here take one size.
struct DiFgsm {
  static constexpr std::string_view id = "di-fgsm";
  static constexpr std::string_view name = "Diverse inputs FGSM";
  static constexpr std::string_view summary = "Takes each gradient through a randomly shrunk and moved image.";
  static constexpr Paper paper{"Improving Transferability of Adversarial Examples with Input Diversity",
                               "Xie, Zhang, Zhou, Bai, Wang, Ren, Yuille", 2019, "arXiv:1803.06978"};
  static constexpr Traits traits{.random = true, .images_only = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 10;
    std::optional<double> step_size;
    double decay = 1;
    double probability = 0.5;
    double smallest_size = 0.9;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon), detail::transfer_steps(&Options::steps),
          detail::transfer_step_size(&Options::step_size), detail::transfer_decay(&Options::decay),
          field("probability", &Options::probability, "How often the image is changed.").range(0, 1),
          field("smallestSize", &Options::smallest_size, "The smallest size of the image, relative to its own.")
              .range(0.1, 1));
    }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

/// Dong et al., "Evading defenses to transferable adversarial examples by translation-invariant attacks", 2019, section
/// 3.3: gradients are smoothed by a Gaussian kernel.
struct TiFgsm {
  static constexpr std::string_view id = "ti-fgsm";
  static constexpr std::string_view name = "Translation-invariant FGSM";
  static constexpr std::string_view summary = "Smooths each gradient, as if the image were attacked at many places.";
  static constexpr Paper paper{"Evading Defenses to Transferable Adversarial Examples by Translation-Invariant Attacks",
                               "Dong, Pang, Su, Zhu", 2019, "arXiv:1904.02884"};
  static constexpr Traits traits{.images_only = true};

  struct Options {
    threat::Norm norm = threat::Norm::linf;
    std::optional<double> epsilon;
    int steps = 10;
    std::optional<double> step_size;
    double decay = 1;
    int kernel = 15;
    double radius() const { return epsilon.value_or(default_epsilon(norm)); }
    static constexpr auto schema() {
      return mlsec::schema(
          norm_field(&Options::norm), epsilon_field(&Options::epsilon), detail::transfer_steps(&Options::steps),
          detail::transfer_step_size(&Options::step_size), detail::transfer_decay(&Options::decay),
          field("kernel", &Options::kernel, "Width of the kernel, of which half is three standard deviations.")
              .range(1, 101)
              .in("pixels"));
    }
  };
  static Task<Point> run(Attempt& attempt, const Options& options);
};

}  // namespace mlsec::attacks
