#include "train/trainer.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/math.hpp"
#include "base/text.hpp"
#include "nn/loss.hpp"
#include "train/gradient_tree.hpp"

namespace mlsec::train {

namespace {

constexpr std::size_t samples_a_chunk = 32;  // the leaves of the gradient tree; part of what makes results repeatable

}  // namespace

Result<std::unique_ptr<Trainer>> Trainer::start(nn::Network network, Dataset dataset, const TrainOptions& options,
                                                std::unique_ptr<BatchTransform> transform) {
  if (network.input_shape().count() != dataset.sample().count())
    return Error{ErrorCode::shape_mismatch, "dataset.inputs",
                 sentence({"dataset.inputs has samples of ", to_text(dataset.sample()), ", but the network takes ",
                           to_text(network.input_shape()), "."})};
  if (network.output_shape().rank() != 1 ||
      network.output_shape().count() != static_cast<std::size_t>(dataset.classes()))
    return Error{ErrorCode::shape_mismatch, "architecture",
                 sentence({"The last layer gives ", to_text(network.output_shape()), " outputs, but the data set has ",
                           dataset.classes(), " classes."})};
  network.initialise(static_cast<std::uint64_t>(options.seed));
  model::InputSpecification input = model::plain_input(network.input_shape());
  const auto classes = static_cast<std::size_t>(dataset.classes());
  auto model =
      std::make_shared<model::NetworkModel>("trained", std::move(network), std::move(input),
                                            model::OutputSpecification{classes, model::numbered_labels(classes)});
  return std::unique_ptr<Trainer>(new Trainer(std::move(model), std::move(dataset), options, std::move(transform)));
}

Trainer::Trainer(std::shared_ptr<model::NetworkModel> model, Dataset dataset, const TrainOptions& options,
                 std::unique_ptr<BatchTransform> transform)
    : model_(std::move(model)),
      dataset_(std::move(dataset)),
      options_(options),
      transform_(std::move(transform)),
      optimizer_(make_optimizer(options)),
      order_(dataset_.rows()),
      batches_an_epoch_((dataset_.rows() + static_cast<std::size_t>(options.batch_size) - 1) /
                        static_cast<std::size_t>(options.batch_size)),
      total_(batches_an_epoch_ * static_cast<std::size_t>(options.epochs)) {}

Result<JobState> Trainer::step(double milliseconds) {
  const Stopwatch since_step;
  while (batch_ < total_) {
    const std::size_t in_epoch = batch_ % batches_an_epoch_, epoch = batch_ / batches_an_epoch_;
    if (in_epoch == 0) {
      std::iota(order_.begin(), order_.end(), 0u);
      Random(static_cast<std::uint64_t>(options_.seed), epoch, Purpose::shuffle).shuffle(order_);
      loss_sum_ = 0;
      correct_ = 0;
      epoch_stopwatch_ = {};
    }
    const auto size = static_cast<std::size_t>(options_.batch_size);
    const std::size_t first = in_epoch * size;
    MLSEC_TRY_VOID(train_batch(std::span(order_).subspan(first, std::min(size, order_.size() - first))));
    ++batch_;
    if (in_epoch + 1 == batches_an_epoch_) {
      const auto rows = static_cast<double>(order_.size());
      history_.push_back({static_cast<int>(epoch) + 1, loss_sum_ / rows, static_cast<double>(correct_) / rows,
                          epoch_stopwatch_.seconds()});
    }
    if (since_step.milliseconds() >= milliseconds) break;
  }
  return JobState{batch_ == total_ ? JobState::Kind::done : JobState::Kind::running, batch_, total_};
}

double Trainer::rate() const {
  if (options_.schedule == Schedule::constant) return options_.rate();
  const double progress = static_cast<double>(batch_) / static_cast<double>(total_);
  return options_.rate() * 0.5 * (1 + cos_turn(progress / 2));
}

Result<void> Trainer::train_batch(std::span<const std::uint32_t> rows) {
  const std::size_t classes = model_->output().classes;
  GradientTree tree;
  for (std::size_t first = 0; first < rows.size(); first += samples_a_chunk) {
    const auto chunk = rows.subspan(first, std::min(samples_a_chunk, rows.size() - first));
    Tensor inputs(model_->input().shape.with_rows(static_cast<std::int64_t>(chunk.size())));
    dataset_.gather(chunk, inputs.data());
    std::vector<int> labels;
    for (std::uint32_t row : chunk) labels.push_back(dataset_.label(row));
    if (transform_) MLSEC_TRY_VOID(transform_->apply(*model_, inputs, labels));

    MLSEC_TRY(const auto pass, model_->forward(model::Batch::single(chunk.size(), inputs.values()), {}));
    const auto logits = pass->outputs();
    std::vector<float> cotangents(logits.size());
    for (std::size_t i = 0; i < chunk.size(); ++i) {
      const auto row = logits.subspan(i * classes, classes);
      const auto cotangent = std::span(cotangents).subspan(i * classes, classes);
      const auto label = static_cast<std::size_t>(labels[i]);
      loss_sum_ += double{nn::cross_entropy(row, label, cotangent)};
      correct_ += nn::largest(row) == label;
      for (float& c : cotangent) c /= static_cast<float>(rows.size());
    }
    if (!std::isfinite(loss_sum_))
      return Error{ErrorCode::not_finite, "learningRate",
                   "Training diverged: the loss is no longer finite. A smaller learningRate may help."};
    MLSEC_TRY(auto gradients, pass->backward(cotangents, {false, model::WeightGradients::summed, std::nullopt}));
    tree.add(std::move(gradients.weights));
  }

  const auto sum = tree.take();
  std::vector<std::span<float>> weights;
  std::vector<std::span<const float>> gradients;
  for (nn::Parameter* parameter : model_->network().parameters()) weights.push_back(parameter->value.values());
  for (const Tensor& gradient : sum) gradients.push_back(gradient.values());
  optimizer_->step(weights, gradients, rate());
  model_->network().parameters_changed();
  return {};
}

}  // namespace mlsec::train
