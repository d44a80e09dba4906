// How a network is trained.
#pragma once

#include "base/schema.hpp"

namespace mlsec::train {

enum class OptimizerKind { sgd, adam };
constexpr std::array<std::string_view, 2> enum_names(OptimizerKind) { return {"sgd", "adam"}; }

enum class Schedule { constant, cosine };
constexpr std::array<std::string_view, 2> enum_names(Schedule) { return {"constant", "cosine"}; }

struct TrainOptions {
  int epochs = 5;
  int batch_size = 64;
  OptimizerKind optimizer = OptimizerKind::adam;
  std::optional<double> learning_rate;
  double momentum = 0.9;
  Schedule schedule = Schedule::constant;
  std::int64_t seed = 0;

  double rate() const { return learning_rate.value_or(optimizer == OptimizerKind::adam ? 0.001 : 0.05); }

  static constexpr auto schema() {
    return mlsec::schema(
        field("epochs", &TrainOptions::epochs, "How often the whole data set is gone through.").range(1, 100000),
        field("batchSize", &TrainOptions::batch_size, "Samples for each change of the weights.")
            .range(1, 65536)
            .in("samples"),
        field("optimizer", &TrainOptions::optimizer, "The rule by which gradients change weights."),
        field("learningRate", &TrainOptions::learning_rate, "Step size.")
            .range(0, 1000)
            .otherwise("0.001 for adam, 0.05 for sgd"),
        field("momentum", &TrainOptions::momentum, "Share of the last step that sgd keeps.")
            .range(0, 0.9999)
            .for_experts(),
        field("schedule", &TrainOptions::schedule,
              "Keep the learning rate, or let it fall to zero along half a cosine.")
            .for_experts(),
        field("seed", &TrainOptions::seed, "Chooses initial weights and the order of samples.")
            .range(0, 9007199254740991.0));
  }
};

}  // namespace mlsec::train
