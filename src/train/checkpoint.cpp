#include "train/checkpoint.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "train/bytes.hpp"

namespace mlsec::train {

namespace {

constexpr std::uint32_t magic = 0x4b434c4d;  // "MLCK"
constexpr std::uint32_t version = 1;
constexpr std::uint64_t longest_history = 1'000'000;

// An absent figure is stored as NaN.
double number_of(const std::optional<double>& figure) {
  return figure.value_or(std::numeric_limits<double>::quiet_NaN());
}
std::optional<double> figure_of(double number) { return std::isnan(number) ? std::nullopt : std::optional(number); }

Error refuse(const char* message) { return {ErrorCode::malformed, "checkpoint", message}; }

void put_optional(ByteWriter& writer, std::span<const float> row) {
  writer.put(static_cast<std::uint32_t>(!row.empty()));
  if (!row.empty()) writer.put_array(row);
}

void get_optional(ByteReader& reader, std::size_t size, std::vector<float>& row) {
  row.clear();
  if (reader.get<std::uint32_t>() == 0) return;
  row.resize(size);
  reader.get_array(row);
}

}  // namespace

std::vector<std::byte> write_checkpoint(const Progress& progress, OptimizerKind kind, Optimizer& optimizer,
                                        std::span<const std::size_t> sizes) {
  ByteWriter writer;
  writer.put(magic);
  writer.put(version);
  writer.put(static_cast<std::uint64_t>(progress.weights.size()));
  writer.put(static_cast<std::uint32_t>(kind));
  writer.put(progress.batch);
  writer.put(progress.batches_an_epoch);
  for (double number : {progress.tally.loss, progress.tally.correct, progress.tally.robust, progress.tally.samples,
                        progress.tally.attacked})
    writer.put(number);
  writer.put(static_cast<std::uint64_t>(progress.history.size()));
  for (const EpochReport& epoch : progress.history)
    for (double number :
         {static_cast<double>(epoch.epoch), epoch.loss, epoch.accuracy, number_of(epoch.validation_loss),
          number_of(epoch.validation_accuracy), number_of(epoch.robust_accuracy), epoch.learning_rate, epoch.seconds})
      writer.put(number);
  writer.put_array(progress.weights);
  put_optional(writer, progress.average);
  put_optional(writer, progress.best);
  writer.put(progress.best_figure);
  writer.put(progress.epochs_since_best);
  writer.put(optimizer.steps());
  for (std::span<float> array : optimizer.memory(sizes)) writer.put_array(array);
  return writer.take();
}

Result<void> read_checkpoint(std::span<const std::byte> bytes, Progress& progress, OptimizerKind kind,
                             Optimizer& optimizer, std::span<const std::size_t> sizes) {
  ByteReader reader(bytes);
  if (reader.get<std::uint32_t>() != magic) return refuse("checkpoint must hold the bytes of a checkpoint.");
  if (reader.get<std::uint32_t>() != version) return refuse("checkpoint comes from another version of mlsec.");
  if (reader.get<std::uint64_t>() != progress.weights.size())
    return refuse("checkpoint belongs to another architecture: it has another number of weights.");
  if (reader.get<std::uint32_t>() != static_cast<std::uint32_t>(kind))
    return refuse("checkpoint belongs to a training with another optimizer.");
  progress.batch = reader.get<std::uint64_t>();
  if (reader.get<std::uint64_t>() != progress.batches_an_epoch)
    return refuse("checkpoint belongs to a training with another data set or batchSize.");
  for (double* number : {&progress.tally.loss, &progress.tally.correct, &progress.tally.robust, &progress.tally.samples,
                         &progress.tally.attacked})
    *number = reader.get<double>();
  const auto epochs = reader.get<std::uint64_t>();
  progress.history.clear();
  for (std::uint64_t i = 0; i < std::min(epochs, longest_history) && reader.ok(); ++i) {
    EpochReport epoch;
    epoch.epoch = static_cast<int>(i) + 1;
    if (reader.get<double>() != epoch.epoch) return refuse("checkpoint is damaged: its epochs are not in order.");
    epoch.loss = reader.get<double>();
    epoch.accuracy = reader.get<double>();
    epoch.validation_loss = figure_of(reader.get<double>());
    epoch.validation_accuracy = figure_of(reader.get<double>());
    epoch.robust_accuracy = figure_of(reader.get<double>());
    epoch.learning_rate = reader.get<double>();
    epoch.seconds = reader.get<double>();
    progress.history.push_back(epoch);
  }
  reader.get_array(progress.weights);
  get_optional(reader, progress.weights.size(), progress.average);
  get_optional(reader, progress.weights.size(), progress.best);
  progress.best_figure = reader.get<double>();
  progress.epochs_since_best = reader.get<std::uint64_t>();
  optimizer.set_steps(reader.get<std::uint64_t>());
  for (std::span<float> array : optimizer.memory(sizes)) reader.get_array(array);
  const bool whole = reader.ok() && reader.at_end() && progress.batch <= progress.batches_an_epoch * (epochs + 1) &&
                     progress.batch >= progress.batches_an_epoch * epochs;
  if (!whole) return refuse("checkpoint is damaged: it ends too early or too late.");
  std::vector<std::span<const float>> rows{progress.weights, progress.average, progress.best};
  for (std::span<float> array : optimizer.memory(sizes)) rows.push_back(array);
  for (const auto& row : rows)
    if (!std::all_of(row.begin(), row.end(), [](float number) { return std::isfinite(number); }))
      return refuse("checkpoint is damaged: it holds a weight that is not finite.");
  return {};
}

}  // namespace mlsec::train
