#include "train/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "base/sort.hpp"
#include "base/text.hpp"
#include "nn/loss.hpp"
#include "train/loss.hpp"
#include "train/schedule.hpp"

namespace mlsec::train {

namespace {

constexpr std::size_t samples_a_chunk = 32;  // at most: the leaves of the gradient tree

std::size_t chunks_of(std::size_t rows) { return (rows + samples_a_chunk - 1) / samples_a_chunk; }

// The last `share` of each class in a seeded order.
void hold_out(const Dataset& dataset, const TrainOptions& options, std::vector<std::uint32_t>& rows,
              std::vector<std::uint32_t>& held_out) {
  std::vector<std::vector<std::uint32_t>> classes(dataset.has_labels() ? static_cast<std::size_t>(dataset.classes())
                                                                       : 1);
  for (std::uint32_t row : rows) classes[static_cast<std::size_t>(dataset.label(row))].push_back(row);
  rows.clear();
  for (std::size_t c = 0; c < classes.size(); ++c) {
    Random(static_cast<std::uint64_t>(options.seed), c, purpose_of("validation")).shuffle(classes[c]);
    const auto count =
        static_cast<std::size_t>(std::llround(options.validation_share * static_cast<double>(classes[c].size())));
    const auto border = classes[c].end() - static_cast<std::ptrdiff_t>(count);
    rows.insert(rows.end(), classes[c].begin(), border);
    held_out.insert(held_out.end(), border, classes[c].end());
  }
  sort(rows);
  sort(held_out);
}

Result<void> check_data(const Dataset& dataset, const nn::Network& network, const std::string& name) {
  if (network.input_shape().count() != dataset.sample().count())
    return Error{ErrorCode::shape_mismatch, name + ".inputs",
                 sentence({name, ".inputs has samples of ", to_text(dataset.sample()), ", but the network takes ",
                           to_text(network.input_shape()), "."})};
  if (network.output_shape().rank() != 1 ||
      network.output_shape().count() != static_cast<std::size_t>(dataset.classes()))
    return Error{ErrorCode::shape_mismatch, name == "dataset" ? "architecture" : name + ".classes",
                 sentence({"The last layer gives ", to_text(network.output_shape()), " outputs, but the ",
                           name == "dataset" ? "data set" : "validation set", " has ", dataset.classes(),
                           dataset.has_labels() ? " classes." : " targets for each sample."})};
  return {};
}

}  // namespace

Result<std::unique_ptr<Trainer>> Trainer::start(nn::Network network, Dataset dataset, const TrainOptions& options,
                                                TrainSetting setting) {
  MLSEC_CHECK(setting.adversary || !options.adversarial);
  MLSEC_CHECK(setting.robust_adversary || options.robust_samples == 0);
  MLSEC_TRY_VOID(check_data(dataset, network, "dataset"));
  if (setting.validation) {
    MLSEC_TRY_VOID(check_data(*setting.validation, network, "validation"));
    if (setting.validation->has_labels() != dataset.has_labels())
      return Error{ErrorCode::shape_mismatch, "validation", "validation must have labels where the data set has them."};
  }
  const auto classes = static_cast<std::size_t>(dataset.classes());
  if (!setting.class_names.empty() && setting.class_names.size() != classes)
    return Error{ErrorCode::shape_mismatch, "dataset.classNames",
                 sentence({"dataset.classNames has ", setting.class_names.size(), " names, but the data set has ",
                           classes, dataset.has_labels() ? " classes." : " targets for each sample."})};
  const bool attacks = options.adversarial || options.robust_samples > 0;
  if (attacks && !dataset.has_labels())
    return Error{ErrorCode::unsupported, options.adversarial ? "adversarial" : "robustSamples",
                 "Attacks need one class for each sample; this data set has targets."};
  if (!dataset.has_labels() && options.loss == LossKind::hinge)
    return Error{ErrorCode::unsupported, "loss", "The loss hinge needs one class for each sample."};
  Bounds bounds = dataset.bounds();
  if (options.bounds) {
    const Bounds given{static_cast<float>((*options.bounds)[0]), static_cast<float>((*options.bounds)[1])};
    if (bounds.lower < given.lower || bounds.upper > given.upper)
      return Error{ErrorCode::out_of_range, "bounds",
                   sentence({"dataset.inputs holds values outside bounds, ", double{given.lower}, " ... ",
                             double{given.upper}, "."})};
    bounds = given;
  }
  MLSEC_TRY(Augmentation augmentation, Augmentation::make(options.augmentation, network.input_shape(), bounds));

  std::vector<std::uint32_t> training_rows(dataset.rows()), held_out;
  std::iota(training_rows.begin(), training_rows.end(), 0u);
  if (!setting.validation && options.validation_share > 0) hold_out(dataset, options, training_rows, held_out);
  if (training_rows.empty())
    return Error{ErrorCode::out_of_range, "validationShare", "validationShare leaves no sample to train on."};

  network.initialise(static_cast<std::uint64_t>(options.seed));
  model::InputSpecification input = model::plain_input(network.input_shape());
  input.lower = bounds.lower;
  input.upper = bounds.upper;
  auto names = setting.class_names.empty() ? model::numbered_labels(classes) : std::move(setting.class_names);
  auto model = std::make_shared<model::NetworkModel>("trained", std::move(network), std::move(input),
                                                     model::OutputSpecification{classes, std::move(names)});
  const auto checkpoint = std::exchange(setting.checkpoint, {});
  auto trainer =
      std::unique_ptr<Trainer>(new Trainer(std::move(model), std::move(dataset), options, std::move(setting),
                                           std::move(augmentation), std::move(training_rows), std::move(held_out)));
  if (!checkpoint.empty()) {
    Progress& progress = trainer->progress_;
    MLSEC_TRY_VOID(read_checkpoint(checkpoint, progress, options.optimizer, *trainer->optimizer_,
                                   trainer->weights_.learning_sizes()));
    trainer->weights_.assign(progress.weights);
    trainer->round_ = progress.batch + progress.history.size();
    // From between an epoch's last batch and its measuring.
    if (progress.batch == progress.batches_an_epoch * (progress.history.size() + 1)) trainer->phase_ = Phase::measuring;
  }
  trainer->keep_checkpoint();
  if (trainer->phase_ == Phase::batch && trainer->progress_.batch >= trainer->total_) trainer->finish();
  return trainer;
}

Trainer::Trainer(std::shared_ptr<model::NetworkModel> model, Dataset dataset, const TrainOptions& options,
                 TrainSetting setting, Augmentation augmentation, std::vector<std::uint32_t> training_rows,
                 std::vector<std::uint32_t> held_out)
    : model_(std::move(model)),
      dataset_(std::move(dataset)),
      options_(options),
      setting_(std::move(setting)),
      weights_(model_->network()),
      optimizer_(make_optimizer(options)),
      training_rows_(std::move(training_rows)) {
  pass_ = std::make_unique<GradientPass>(*model_, dataset_, options_, std::move(augmentation), setting_.adversary.get(),
                                         weights_);
  const auto size = static_cast<std::size_t>(options_.batch_size);
  const std::size_t repeats =
      options_.adversarial && options_.scheme == Scheme::free ? static_cast<std::size_t>(options_.replays) : 1;
  progress_.batches_an_epoch = (training_rows_.size() + size - 1) / size * repeats;
  total_ = static_cast<std::size_t>(progress_.batches_an_epoch) * static_cast<std::size_t>(options_.epochs);
  progress_.weights = weights_.copy();
  if (options_.average_decay > 0) progress_.average = progress_.weights;

  if (setting_.validation) {
    measured_rows_.resize(setting_.validation->rows());
    std::iota(measured_rows_.begin(), measured_rows_.end(), 0u);
  } else {
    measured_rows_ = std::move(held_out);
  }
  validates_ = !measured_rows_.empty();
  const auto attacked = static_cast<std::size_t>(options_.robust_samples);
  // Sorted by class as data sets often are, the first samples would not stand for all.
  if (!validates_ && attacked > 0) measured_rows_ = training_rows_;
  if (attacked > 0 && !measured_rows_.empty())
    Random(static_cast<std::uint64_t>(options_.seed), 0, purpose_of("robust samples")).shuffle(measured_rows_);
  if (!validates_) measured_rows_.resize(std::min(measured_rows_.size(), attacked));
}

Result<JobState> Trainer::step(double milliseconds) {
  const Stopwatch since_step;
  bool waiting = false;
  while (phase_ != Phase::done && !waiting) {
    if (!round_begun_) begin_round();
    if (next_chunk_ < own_.last) {
      MLSEC_TRY_VOID(do_chunk(next_chunk_++));
    } else {
      const bool sends = setting_.shard.workers > 1 && !std::exchange(sent_, true);
      if (sends) write_message_of_round();
      waiting = !inbox_.has(round_, setting_.shard.workers - 1);
      if (sends) break;  // before the next message takes its place
      if (!waiting) MLSEC_TRY_VOID(end_round());
    }
    if (since_step.milliseconds() >= milliseconds) break;
  }
  const auto kind = phase_ == Phase::done ? JobState::Kind::done
                    : waiting             ? JobState::Kind::waiting
                                          : JobState::Kind::running;
  return JobState{kind, static_cast<std::size_t>(progress_.batch), total_};
}

Result<void> Trainer::receive(std::span<const std::byte> bytes) {
  auto message = read_message(bytes, weights_.size());
  if (!message) return Error{ErrorCode::internal, "job", "A message between workers was damaged."};
  inbox_.put(std::move(*message));
  return {};
}

void Trainer::begin_epoch() {
  if (epoch_in_order_ == epoch()) return;
  epoch_in_order_ = epoch();
  order_ = training_rows_;
  Random(static_cast<std::uint64_t>(options_.seed), epoch_in_order_, Purpose::shuffle).shuffle(order_);
  pass_->forget_perturbations();
  epoch_stopwatch_ = {};
}

void Trainer::begin_round() {
  round_begun_ = true;
  sent_ = false;
  tallies_.clear();
  if (phase_ == Phase::batch) {
    begin_epoch();
    const auto size = static_cast<std::size_t>(options_.batch_size);
    const std::size_t in_epoch = static_cast<std::size_t>(progress_.batch % progress_.batches_an_epoch);
    const std::size_t repeats =
        static_cast<std::size_t>(progress_.batches_an_epoch) / ((order_.size() + size - 1) / size);
    const std::size_t first = in_epoch / repeats * size, rows_before = round_rows_.size();
    round_rows_ = std::span(order_).subspan(first, std::min(size, order_.size() - first));
    // A batch of another size falls into other chunks, whose perturbations another worker may have.
    if (round_rows_.size() != rows_before) pass_->forget_perturbations();
  } else {
    round_rows_ = measured_rows_;
    if (!progress_.average.empty()) weights_.swap(progress_.average);
  }
  chunks_ = chunks_of(round_rows_.size());
  own_ = setting_.shard.of(chunks_);
  next_chunk_ = own_.first;
  tree_ = GradientTree(chunks_);
}

// As equal as can be, so that no chunk is left with a sample or two.
std::span<const std::uint32_t> Trainer::rows_of_chunk(std::size_t chunk) const {
  const std::size_t rows = round_rows_.size(), small = rows / chunks_, larger = rows % chunks_;
  const std::size_t first = chunk * small + std::min(chunk, larger);
  return round_rows_.subspan(first, small + (chunk < larger ? 1 : 0));
}

double Trainer::strength() const {
  if (options_.epsilon_ramp <= 0) return 1;
  const double epochs = static_cast<double>(progress_.batch) / static_cast<double>(progress_.batches_an_epoch);
  return std::min(1.0, epochs / options_.epsilon_ramp);
}

Result<void> Trainer::do_chunk(std::size_t chunk) {
  if (phase_ == Phase::measuring) {
    MLSEC_TRY(const Tally tally, measure(chunk));
    tallies_.push_back({chunk, tally});
    return {};
  }
  const auto rows = rows_of_chunk(chunk);
  Tensor gradient = Tensor::filled(Shape{static_cast<std::int64_t>(weights_.size())}, 0);
  const ChunkPlace place{rows,
                         training_rows_,
                         static_cast<std::size_t>(rows.data() - round_rows_.data()),
                         round_rows_.size(),
                         static_cast<std::uint32_t>(epoch()),
                         static_cast<std::uint32_t>(progress_.batch),
                         strength()};
  MLSEC_TRY(const Tally tally, pass_->add(place, gradient));
  tallies_.push_back({chunk, tally});
  tree_.add({chunk, chunk + 1}, std::move(gradient));
  return {};
}

Result<Tally> Trainer::measure(std::size_t chunk) {
  const auto rows = rows_of_chunk(chunk);
  const Dataset& data = setting_.validation ? *setting_.validation : dataset_;
  const std::size_t outputs = model_->output().classes;
  Tensor inputs(model_->input().shape.with_rows(static_cast<std::int64_t>(rows.size())));
  data.gather(rows, inputs.data());
  MLSEC_TRY(const auto pass, model_->forward(model::Batch::single(rows.size(), inputs.values()), {}));
  Tally tally;
  std::vector<float> target(outputs);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = pass->outputs().subspan(i * outputs, outputs);
    data.target(rows[i], target);
    tally.loss += loss_of(options_.loss, row, target, {});
    tally.correct +=
        correctness(options_.loss, data.has_labels(), row, target, static_cast<std::size_t>(data.label(rows[i])));
    tally.samples += 1;
  }
  const std::size_t first = static_cast<std::size_t>(rows.data() - round_rows_.data());
  const auto attacked = static_cast<std::size_t>(options_.robust_samples);
  if (first >= attacked) return tally;
  const std::size_t count = std::min(rows.size(), attacked - first);
  std::vector<int> labels;
  for (std::uint32_t row : rows.first(count)) labels.push_back(data.label(row));
  Tensor some(model_->input().shape.with_rows(static_cast<std::int64_t>(count)),
              inputs.values().first(count * model_->input().shape.count()));
  MLSEC_TRY(const std::size_t withstood,
            setting_.robust_adversary->withstood(
                model_, std::move(some), {labels, rows.first(count), static_cast<std::uint64_t>(options_.seed)}));
  tally.robust = static_cast<double>(withstood);
  tally.attacked = static_cast<double>(count);
  return tally;
}

void Trainer::write_message_of_round() {
  // What is asked after this message is for the next round, or the others would wait for a worker that has ended.
  stopping_ = stopping_ || stop_asked_;
  Message message{round_, stopping_, tallies_, tree_.take()};
  message_ = write_message(message);
  for (auto& partial : message.partials) tree_.add(partial.range, std::move(partial.sum));
}

Result<void> Trainer::end_round() {
  if (setting_.shard.workers == 1) stopping_ = stopping_ || stop_asked_;
  for (Message& message : inbox_.take(round_)) {
    stopping_ = stopping_ || message.stop;
    tallies_.insert(tallies_.end(), message.tallies.begin(), message.tallies.end());
    for (auto& partial : message.partials) tree_.add(partial.range, std::move(partial.sum));
  }
  sort(tallies_, [](const auto& a, const auto& b) { return a.chunk < b.chunk; });
  Tally sum;
  for (const ChunkTally& entry : tallies_) sum += entry.tally;
  ++round_;
  round_begun_ = false;
  if (phase_ == Phase::batch) return end_batch(sum);
  if (!progress_.average.empty()) weights_.swap(progress_.average);
  end_epoch(sum);
  return {};
}

Error Trainer::diverged(const char* what) const {
  return {ErrorCode::not_finite, "learningRate",
          sentence({"Training diverged at batch ", progress_.batch + 1, " (epoch ", epoch() + 1, "): ", what,
                    " is no longer finite. A smaller learningRate, warmUp or clipNorm may help."})};
}

Result<void> Trainer::end_batch(const Tally& tally) {
  MLSEC_CHECK(tree_.complete());
  if (!std::isfinite(tally.loss)) return diverged("the loss");
  const Tensor gradient = std::move(tree_.take().front().sum);
  const double rate = learning_rate(options_, static_cast<std::size_t>(progress_.batch), total_,
                                    static_cast<std::size_t>(progress_.batches_an_epoch));
  MLSEC_TRY_VOID(update(gradient.values()));
  progress_.tally += tally;
  ++progress_.batch;
  batches_.push_back({static_cast<std::size_t>(progress_.batch),
                      static_cast<int>((progress_.batch - 1) / progress_.batches_an_epoch) + 1,
                      tally.loss / tally.samples, tally.correct / tally.samples, rate});
  const bool last_of_epoch = progress_.batch % progress_.batches_an_epoch == 0;
  if (!last_of_epoch) {
    if (stopping_) finish();
    return {};
  }
  if (measured_rows_.empty())
    end_epoch({});
  else
    phase_ = Phase::measuring;
  return {};
}

// In double and in one order: the norm decides on bytes.
Result<void> Trainer::update(std::span<const float> gradient) {
  std::vector<std::span<float>> values;
  std::vector<std::span<const float>> gradients;
  double squares = 0;
  for (std::size_t i = 0; i < weights_.parameters().size(); ++i) {
    nn::Parameter& parameter = *weights_.parameters()[i];
    const auto part = weights_.part(gradient, i);
    if (parameter.role == nn::ParameterRole::statistic) continue;
    for (float g : part) squares += double{g} * double{g};
    values.push_back(parameter.value.values());
    gradients.push_back(part);
  }
  if (!std::isfinite(squares)) return diverged("the gradient");
  std::vector<float> shortened;
  if (options_.clip_norm > 0 && squares > options_.clip_norm * options_.clip_norm) {
    const auto factor = static_cast<float>(options_.clip_norm / std::sqrt(squares));
    shortened.assign(gradient.begin(), gradient.end());
    for (float& g : shortened) g *= factor;
    std::size_t next = 0;
    for (std::size_t i = 0; i < weights_.parameters().size(); ++i)
      if (weights_.parameters()[i]->role != nn::ParameterRole::statistic)
        gradients[next++] = weights_.part(std::span<const float>(shortened), i);
  }
  optimizer_->step(values, gradients,
                   learning_rate(options_, static_cast<std::size_t>(progress_.batch), total_,
                                 static_cast<std::size_t>(progress_.batches_an_epoch)));
  weights_.move_statistics(gradient);
  if (!weights_.finite()) return diverged("a weight");
  model_->network().parameters_changed();
  if (!progress_.average.empty()) {
    // Slower at first, so that the initial weights are soon forgotten.
    const double steps = static_cast<double>(progress_.batch) + 1;
    const auto decay = static_cast<float>(std::min(options_.average_decay, (1 + steps) / (10 + steps)));
    const auto row = weights_.copy();
    for (std::size_t i = 0; i < row.size(); ++i)
      progress_.average[i] = decay * progress_.average[i] + (1 - decay) * row[i];
  }
  return {};
}

void Trainer::end_epoch(const Tally& measured) {
  phase_ = Phase::batch;
  EpochReport report;
  const Tally sum = std::exchange(progress_.tally, {});
  report.epoch = static_cast<int>(progress_.batch / progress_.batches_an_epoch);
  // NaN where every batch's gradient came from outside.
  report.loss = sum.loss / sum.samples;
  report.accuracy = sum.correct / sum.samples;
  if (validates_) {
    report.validation_loss = measured.loss / measured.samples;
    report.validation_accuracy = measured.correct / measured.samples;
  }
  if (measured.attacked > 0) report.robust_accuracy = measured.robust / measured.attacked;
  report.learning_rate = learning_rate(options_, static_cast<std::size_t>(progress_.batch) - 1, total_,
                                       static_cast<std::size_t>(progress_.batches_an_epoch));
  report.seconds = epoch_stopwatch_.seconds();
  progress_.history.push_back(report);

  bool enough = stopping_ || progress_.batch >= total_;
  if (looks_for_best()) {
    const Monitor monitor = options_.best_by();
    const double figure = monitor == Monitor::loss       ? -report.validation_loss.value_or(report.loss)
                          : monitor == Monitor::accuracy ? report.validation_accuracy.value_or(report.accuracy)
                                                         : report.robust_accuracy.value_or(0);
    const bool better = progress_.best.empty() || figure > progress_.best_figure;
    if (better) {
      progress_.best = progress_.average.empty() ? weights_.copy() : progress_.average;
      progress_.best_figure = figure;
      progress_.epochs_since_best = 0;
    } else {
      ++progress_.epochs_since_best;
    }
    const bool tired =
        options_.patience > 0 && progress_.epochs_since_best >= static_cast<std::uint64_t>(options_.patience);
    double most_robust = 0;
    for (const EpochReport& epoch : progress_.history)
      most_robust = std::max(most_robust, epoch.robust_accuracy.value_or(0));
    const bool fell =
        options_.robust_drop > 0 && report.robust_accuracy.value_or(0) < most_robust - options_.robust_drop;
    enough = enough || tired || fell;
  }
  if (report.epoch % options_.checkpoint_epochs == 0 || enough) keep_checkpoint();
  if (enough) finish();
}

void Trainer::finish() {
  phase_ = Phase::done;
  if (!progress_.best.empty())
    weights_.assign(progress_.best);
  else if (!progress_.average.empty())
    weights_.assign(progress_.average);
}

std::vector<std::byte> Trainer::checkpoint() {
  if (phase_ == Phase::done) return last_checkpoint_;
  // While they are measured, the average and the weights have changed places.
  const bool swapped = phase_ == Phase::measuring && round_begun_ && !progress_.average.empty();
  if (swapped) weights_.swap(progress_.average);
  progress_.weights = weights_.copy();
  auto bytes = write_checkpoint(progress_, options_.optimizer, *optimizer_, weights_.learning_sizes());
  if (swapped) weights_.swap(progress_.average);
  return bytes;
}

void Trainer::keep_checkpoint() {
  last_checkpoint_ = checkpoint();
  ++checkpoint_count_;
}

Result<void> Trainer::check_between_rounds() const {
  if (phase_ == Phase::done) return Error{ErrorCode::unsupported, "trainer", "The training is at its end."};
  if (setting_.shard.workers > 1 || phase_ != Phase::batch || (round_begun_ && next_chunk_ != own_.first))
    return Error{ErrorCode::unsupported, "trainer", "The trainer is in the middle of a batch."};
  return {};
}

Result<Tensor> Trainer::next_gradient() {
  MLSEC_TRY_VOID(check_between_rounds());
  begin_round();
  for (std::size_t chunk = own_.first; chunk < own_.last; ++chunk) MLSEC_TRY_VOID(do_chunk(chunk));
  round_begun_ = false;
  return std::move(tree_.take().front().sum);
}

Result<void> Trainer::apply_gradient(std::span<const float> gradient) {
  MLSEC_TRY_VOID(check_between_rounds());
  if (gradient.size() != weights_.size())
    return Error{
        ErrorCode::shape_mismatch, "gradient",
        sentence({"gradient must have ", weights_.size(), " numbers, one a weight; it has ", gradient.size(), "."})};
  for (float g : gradient)
    if (!std::isfinite(g))
      return Error{ErrorCode::not_finite, "gradient", "gradient holds a number that is not finite."};
  begin_round();
  round_begun_ = false;
  MLSEC_TRY_VOID(update(gradient));
  ++progress_.batch;
  if (progress_.batch % progress_.batches_an_epoch != 0) return {};
  if (measured_rows_.empty()) {
    end_epoch({});
    return {};
  }
  phase_ = Phase::measuring;
  begin_round();
  for (std::size_t chunk = own_.first; chunk < own_.last; ++chunk) MLSEC_TRY_VOID(do_chunk(chunk));
  return end_round();
}

Result<void> Trainer::set_weights(std::span<const float> row) {
  MLSEC_TRY_VOID(check_between_rounds());
  if (row.size() != weights_.size())
    return Error{ErrorCode::shape_mismatch, "parameters",
                 sentence({"parameters must have ", weights_.size(), " numbers; there are ", row.size(), "."})};
  for (float value : row)
    if (!std::isfinite(value))
      return Error{ErrorCode::not_finite, "parameters", "parameters hold a number that is not finite."};
  weights_.assign(row);
  return {};
}

}  // namespace mlsec::train
