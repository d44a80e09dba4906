// How a network is trained.
#pragma once

#include "base/schema.hpp"

namespace mlsec::train {

enum class OptimizerKind { sgd, adam, adamw };
constexpr std::array<std::string_view, 3> enum_names(OptimizerKind) { return {"sgd", "adam", "adamw"}; }

enum class Schedule { constant, cosine, step, one_cycle };
constexpr std::array<std::string_view, 4> enum_names(Schedule) { return {"constant", "cosine", "step", "one-cycle"}; }

enum class LossKind { cross_entropy, hinge, mean_squared_error, binary_cross_entropy };
constexpr std::array<std::string_view, 4> enum_names(LossKind) {
  return {"cross-entropy", "hinge", "mean-squared-error", "binary-cross-entropy"};
}

/// What is made of the clean and the adversarial inputs of a batch; see train/objective.hpp.
enum class Scheme { standard, mixed, trades, mart, free };
constexpr std::array<std::string_view, 5> enum_names(Scheme) { return {"standard", "mixed", "trades", "mart", "free"}; }

/// Which figure of an epoch says that it was the best so far.
enum class Monitor { loss, accuracy, robust_accuracy };
constexpr std::array<std::string_view, 3> enum_names(Monitor) { return {"loss", "accuracy", "robust-accuracy"}; }

/// Random changes of the training inputs, drawn anew for each sample in each epoch; see train/augmentation.hpp.
struct AugmentationOptions {
  int shift = 0;
  bool flip = false;
  double crop = 0;
  double noise = 0;
  int cutout = 0;
  double mixup = 0;

  static constexpr auto schema() {
    return mlsec::schema(
        field("shift", &AugmentationOptions::shift, "Moves images by up to this many pixels; zeros come in.")
            .range(0, 1000)
            .in("pixels"),
        field("flip", &AugmentationOptions::flip, "Mirrors every second image, left to right."),
        field("crop", &AugmentationOptions::crop, "Cuts up to this share off each side and stretches the rest.")
            .range(0, 0.9),
        field("noise", &AugmentationOptions::noise, "Standard deviation of noise added to every feature.")
            .range(0, 1e6)
            .in("input units"),
        field("cutout", &AugmentationOptions::cutout, "Side of a square that is set to zero at a random place.")
            .range(0, 1000)
            .in("pixels"),
        field("mixup", &AugmentationOptions::mixup,
              "Mixes every sample and its target with another; the shares come from a Beta distribution with this "
              "parameter.")
            .range(0, 100)
            .for_experts());
  }
};

struct TrainOptions {
  int epochs = 5;
  int batch_size = 64;
  LossKind loss = LossKind::cross_entropy;
  OptimizerKind optimizer = OptimizerKind::adam;
  std::optional<double> learning_rate;
  double momentum = 0.9;
  bool nesterov = false;
  double weight_decay = 0;
  double clip_norm = 0;
  Schedule schedule = Schedule::constant;
  double warm_up = 0;
  double step_epochs = 10;
  double step_factor = 0.1;
  double label_smoothing = 0;
  double average_decay = 0;
  AugmentationOptions augmentation;
  std::optional<std::vector<double>> bounds;
  double validation_share = 0;
  std::optional<MethodReference> adversarial;
  Scheme scheme = Scheme::standard;
  std::optional<double> robust_weight;
  double clean_share = 0.5;
  int replays = 4;
  double epsilon_ramp = 0;
  int robust_samples = 0;
  std::optional<MethodReference> robust_attack;
  double robust_drop = 0;
  int patience = 0;
  std::optional<Monitor> monitor;
  int checkpoint_epochs = 1;
  std::int64_t seed = 0;

  double rate() const { return learning_rate.value_or(optimizer == OptimizerKind::sgd ? 0.05 : 0.001); }
  /// Zhang et al., 2019, section 5 (beta); Wang et al., 2020, section 4 (lambda).
  double weight_of_robustness() const { return robust_weight.value_or(scheme == Scheme::mart ? 5 : 6); }
  Monitor best_by() const { return monitor.value_or(robust_drop > 0 ? Monitor::robust_accuracy : Monitor::loss); }

  static Result<void> check(const TrainOptions& options);

  static constexpr auto schema() {
    return mlsec::schema(
        field("epochs", &TrainOptions::epochs, "How often the whole data set is gone through.").range(1, 100000),
        field("batchSize", &TrainOptions::batch_size, "Samples for each change of the weights.")
            .range(1, 65536)
            .in("samples"),
        field("loss", &TrainOptions::loss,
              "What is minimised; binary-cross-entropy takes each output for itself, as multi-label targets need."),
        field("optimizer", &TrainOptions::optimizer, "The rule by which gradients change weights."),
        field("learningRate", &TrainOptions::learning_rate, "Step size.")
            .range(0, 1000)
            .otherwise("0.001 for adam and adamw, 0.05 for sgd"),
        field("momentum", &TrainOptions::momentum, "Share of the last step that sgd keeps.")
            .range(0, 0.9999)
            .for_experts(),
        field("nesterov", &TrainOptions::nesterov, "Lets sgd look ahead along its momentum.").for_experts(),
        field("weightDecay", &TrainOptions::weight_decay,
              "Pull of every weight towards zero: added to the gradient, or with adamw apart from it.")
            .range(0, 100)
            .for_experts(),
        field("clipNorm", &TrainOptions::clip_norm,
              "Shortens the gradient of all weights together to this norm; 0 leaves it.")
            .range(0, 1e30)
            .for_experts(),
        field("schedule", &TrainOptions::schedule,
              "How the learning rate goes: constant; down along half a cosine; down in steps; or up and down again.")
            .for_experts(),
        field("warmUp", &TrainOptions::warm_up, "Epochs in which the learning rate rises from zero before that.")
            .range(0, 100000)
            .in("epochs")
            .for_experts(),
        field("stepEpochs", &TrainOptions::step_epochs, "Of the schedule step, epochs between one step and the next.")
            .range(0.001, 100000)
            .in("epochs")
            .for_experts(),
        field("stepFactor", &TrainOptions::step_factor, "Of the schedule step, the factor of each step.")
            .range(0, 1)
            .for_experts(),
        field("labelSmoothing", &TrainOptions::label_smoothing, "Share of each target spread over all classes.")
            .range(0, 0.999)
            .for_experts(),
        field("averageDecay", &TrainOptions::average_decay,
              "Of an average of the weights over time, which takes their place in the end; 0 for none.")
            .range(0, 0.999999)
            .for_experts(),
        field("augmentation", &TrainOptions::augmentation, "Random changes of the training inputs."),
        field("bounds", &TrainOptions::bounds, "Smallest and largest valid value of an input.")
            .range(-1e30, 1e30)
            .otherwise("0 and 1, or what the data needs beyond")
            .for_experts(),
        field("validationShare", &TrainOptions::validation_share,
              "Share of each class kept from training, on which every epoch is measured.")
            .range(0, 0.9),
        field("adversarial", &TrainOptions::adversarial, "The attack whose results the network learns from."),
        field(
            "scheme", &TrainOptions::scheme,
            "How it learns from them: from nothing else, mixed with clean inputs, by the losses of TRADES or MART, or "
            "for free."),
        field("robustWeight", &TrainOptions::robust_weight,
              "Weight of the robust part of the loss of trades (beta) and mart (lambda).")
            .range(0, 1e6)
            .otherwise("6 for trades, 5 for mart")
            .for_experts(),
        field("cleanShare", &TrainOptions::clean_share, "Of the scheme mixed, weight of the loss on clean inputs.")
            .range(0, 1)
            .for_experts(),
        field("replays", &TrainOptions::replays, "Of the scheme free, how often each batch is gone through.")
            .range(1, 1000)
            .for_experts(),
        field("epsilonRamp", &TrainOptions::epsilon_ramp, "Epochs in which the attack's epsilon rises from zero.")
            .range(0, 100000)
            .in("epochs")
            .for_experts(),
        field("robustSamples", &TrainOptions::robust_samples,
              "Samples that are attacked after every epoch, for its robust accuracy.")
            .range(0, 1000000)
            .in("samples"),
        field("robustAttack", &TrainOptions::robust_attack, "The attack that measures robust accuracy.")
            .otherwise("projected gradient steps, 10 of them, with the epsilon and norm of the training attack")
            .for_experts(),
        field("robustDrop", &TrainOptions::robust_drop,
              "Ends training where robust accuracy falls this far below its best: catastrophic overfitting; 0 never.")
            .range(0, 1)
            .for_experts(),
        field("patience", &TrainOptions::patience,
              "Ends training after this many epochs without a better one, and keeps the best; 0 never.")
            .range(0, 100000)
            .in("epochs"),
        field("monitor", &TrainOptions::monitor, "The figure by which epochs are compared.")
            .otherwise("loss; robust-accuracy with robustDrop")
            .for_experts(),
        field("checkpointEpochs", &TrainOptions::checkpoint_epochs, "Epochs from one checkpoint to the next.")
            .range(1, 100000)
            .in("epochs")
            .for_experts(),
        field("seed", &TrainOptions::seed, "Chooses initial weights, the order of samples and all that is random.")
            .range(0, 9007199254740991.0));
  }
};

}  // namespace mlsec::train
