// Training as the WebAssembly module exports it; web/src/core/binding.ts is the same in TypeScript.
#include "catalog/training.hpp"

#include <emscripten/bind.h>

#include "base/decode.hpp"
#include "bindings/describe_model.hpp"
#include "bindings/outcome.hpp"
#include "bindings/registry.hpp"
#include "bindings/values.hpp"
#include "nn/architecture.hpp"

namespace mlsec::bindings {

namespace {

Error in_argument(Error error, const std::string& name) {
  constexpr std::string_view own = "dataset";
  if (name == own || !error.field.starts_with(own)) return error;
  error.field = name + error.field.substr(own.size());
  for (std::size_t at = 0; (at = error.message.find(own, at)) != std::string::npos; at += name.size())
    error.message.replace(at, own.size(), name);
  return error;
}

Result<Dataset> to_dataset(const val& dataset, const std::string& name) {
  val inputs = val::object();
  set(inputs, "data", get(dataset, "inputs"));
  set(inputs, "shape", get(dataset, "shape"));
  MLSEC_TRY(const auto& argument, to_array_argument(inputs, name + ".inputs"));
  if (argument.shape.rank() < 2)
    return Error{ErrorCode::shape_mismatch, name + ".inputs",
                 name + ".inputs must have the shape samples x the extents of one sample."};
  const std::vector<std::int64_t> extents(argument.shape.begin() + 1, argument.shape.end());
  const Shape sample{std::span<const std::int64_t>(extents)};
  const bool has_targets = is_a(get(dataset, "targets"), "Float32Array");
  if (!get(dataset, "classes").isNumber() || !(has_targets || is_a(get(dataset, "labels"), "Int32Array")))
    return Error{ErrorCode::wrong_type, name + ".labels",
                 name + ".labels must be an Int32Array, and " + name + ".classes a number."};
  const int classes = static_cast<int>(get(dataset, "classes").as<double>());
  std::vector<int> labels = has_targets ? std::vector<int>(static_cast<std::size_t>(argument.shape[0]), 0)
                                        : to_integers(get(dataset, "labels"));
  const int declared = has_targets ? 2 : classes;
  auto made = is_a(argument.data, "Float32Array")
                  ? Dataset::from_floats(sample, to_floats(argument.data), std::move(labels), declared)
                  : Dataset::from_bytes(sample, to_bytes(argument.data), std::move(labels), declared);
  if (!made.ok() || !has_targets) return made.ok() ? std::move(made) : Result<Dataset>(in_argument(made.error(), name));
  auto with_targets = std::move(made).value().with_targets(to_floats(get(dataset, "targets")), classes);
  return with_targets.ok() ? std::move(with_targets) : Result<Dataset>(in_argument(with_targets.error(), name));
}

// { dataset, validation?, checkpoint?, rank, workers }.
val train_start(val architecture, val setting, val options) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const Value& layers, to_value(architecture));
    MLSEC_TRY(nn::Network network, nn::network_from(layers));
    MLSEC_TRY(const Value& given, to_value(options));
    train::TrainOptions decoded;
    MLSEC_TRY_VOID(decode(given, decoded));
    MLSEC_TRY(Dataset samples, to_dataset(get(setting, "dataset"), "dataset"));
    const val names = get(get(setting, "dataset"), "classNames");
    auto class_names =
        names.isUndefined() ? std::vector<std::string>() : emscripten::vecFromJSArray<std::string>(names);
    std::optional<Dataset> validation;
    if (!get(setting, "validation").isUndefined()) {
      MLSEC_TRY(validation, to_dataset(get(setting, "validation"), "validation"));
    }
    const std::vector<std::uint8_t> checkpoint =
        get(setting, "checkpoint").isUndefined() ? std::vector<std::uint8_t>() : to_bytes(get(setting, "checkpoint"));
    const train::Shard shard{static_cast<std::size_t>(get(setting, "rank").as<double>()),
                             static_cast<std::size_t>(get(setting, "workers").as<double>())};
    MLSEC_TRY(auto trainer,
              catalog::start_training({std::move(network), std::move(samples), std::move(validation), shard,
                                       std::as_bytes(std::span(checkpoint)), std::move(class_names)},
                                      decoded));
    return val(registry().add(std::shared_ptr<Job>(std::move(trainer))));
  });
}

val epochs_from(std::span<const train::EpochReport> history) {
  val list = val::array();
  for (const auto& epoch : history) {
    val entry = val::object();
    const auto set_if = [&](const char* name, const std::optional<double>& figure) {
      if (figure) set(entry, name, *figure);
    };
    set(entry, "epoch", epoch.epoch);
    set(entry, "loss", epoch.loss);
    set(entry, "accuracy", epoch.accuracy);
    set_if("validationLoss", epoch.validation_loss);
    set_if("validationAccuracy", epoch.validation_accuracy);
    set_if("robustAccuracy", epoch.robust_accuracy);
    set(entry, "learningRate", epoch.learning_rate);
    set(entry, "seconds", epoch.seconds);
    push(list, entry);
  }
  return list;
}

val batches_from(std::span<const train::BatchReport> batches) {
  val list = val::array();
  for (const auto& batch : batches) {
    val entry = val::object();
    set(entry, "batch", batch.batch);
    set(entry, "epoch", batch.epoch);
    set(entry, "loss", batch.loss);
    set(entry, "accuracy", batch.accuracy);
    set(entry, "learningRate", batch.learning_rate);
    push(list, entry);
  }
  return list;
}

// As jobStep, with what is new since the last step.
val train_step(int handle, double milliseconds) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    const std::size_t epochs_before = trainer->history().size(), checkpoints_before = trainer->checkpoint_count();
    MLSEC_TRY(const JobState state, trainer->step(milliseconds));
    val result = from_state(state);
    set(result, "epochs", epochs_from(std::span(trainer->history()).subspan(epochs_before)));
    set(result, "batches", batches_from(trainer->take_batches()));
    if (const auto message = trainer->take_message(); !message.empty()) set(result, "message", from_bytes(message));
    if (trainer->checkpoint_count() != checkpoints_before)
      set(result, "checkpoint", from_bytes(trainer->last_checkpoint()));
    return result;
  });
}

val train_receive(int handle, val message) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    const auto bytes = to_bytes(message);
    MLSEC_TRY_VOID(trainer->receive(std::as_bytes(std::span(bytes))));
    return val::null();
  });
}

val train_stop(int handle) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    trainer->stop();
    return val::null();
  });
}

// The model as it is now, and what was learnt of it.
val train_result(int handle) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    val result = val::object();
    set(result, "info", describe_model(*trainer->model()));
    set(result, "model", registry().add(trainer->model()));
    set(result, "history", epochs_from(trainer->history()));
    return result;
  });
}

// `last`: the one of the latest epoch; otherwise the present state.
val train_checkpoint(int handle, bool last) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    return from_bytes(last ? trainer->last_checkpoint() : trainer->checkpoint());
  });
}

val arrays_from(const train::Weights& layout, std::span<const float> row) {
  val list = val::array();
  for (std::size_t i = 0; i < layout.sizes().size(); ++i) {
    val entry = val::object();
    set(entry, "name", layout.names()[i]);
    set(entry, "shape", from_shape(layout.parameters()[i]->value.shape()));
    set(entry, "data", from_floats(layout.part(row, i)));
    push(list, entry);
  }
  return list;
}

// `what`: "parameters" or "gradient".
val train_read(int handle, std::string what) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    if (what == "gradient") {
      MLSEC_TRY(const Tensor& gradient, trainer->next_gradient());
      return arrays_from(trainer->layout(), gradient.values());
    }
    return arrays_from(trainer->layout(), trainer->weights());
  });
}

// `row`: all parameters or their gradients, one after another.
val train_write(int handle, std::string what, val row) {
  return guarded([&]() -> Result<val> {
    MLSEC_TRY(const auto trainer, registry().job<train::Trainer>(handle));
    const auto values = to_floats(row);
    if (what == "gradient") {
      MLSEC_TRY_VOID(trainer->apply_gradient(values));
    } else {
      MLSEC_TRY_VOID(trainer->set_weights(values));
    }
    return val::null();
  });
}

}  // namespace

}  // namespace mlsec::bindings

EMSCRIPTEN_BINDINGS(mlsec_training) {
  using namespace mlsec::bindings;
  using emscripten::function;
  function("trainStart", &train_start);
  function("trainStep", &train_step);
  function("trainReceive", &train_receive);
  function("trainStop", &train_stop);
  function("trainResult", &train_result);
  function("trainCheckpoint", &train_checkpoint);
  function("trainRead", &train_read);
  function("trainWrite", &train_write);
}
