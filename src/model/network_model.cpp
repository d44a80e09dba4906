#include "model/network_model.hpp"

#include <map>

#include "base/text.hpp"

namespace mlsec::model {

namespace {

enum class Direction { to_engine, to_user };

// Channels first to channels last or back, row by row. `shape` is the user's: channels x height x width.
void reorder(const Shape& shape, std::size_t rows, const float* from, float* to, Direction direction) {
  const auto channels = static_cast<std::size_t>(shape[0]);
  const std::size_t pixels = shape.count() / channels;
  for (std::size_t row = 0; row < rows; ++row) {
    const std::size_t start = row * shape.count();
    for (std::size_t channel = 0; channel < channels; ++channel)
      for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
        const std::size_t user = start + channel * pixels + pixel, engine = start + pixel * channels + channel;
        if (direction == Direction::to_engine)
          to[engine] = from[user];
        else
          to[user] = from[engine];
      }
  }
}

}  // namespace

class NetworkPass final : public Pass {
 public:
  NetworkPass(NetworkModel& model, std::unique_ptr<nn::Workspace> workspace)
      : model_(model), workspace_(std::move(workspace)) {}
  ~NetworkPass() override { model_.idle_.push_back(std::move(workspace_)); }
  NetworkPass(const NetworkPass&) = delete;
  NetworkPass& operator=(const NetworkPass&) = delete;

  std::size_t rows() const override { return workspace_->rows; }

  std::span<const float> outputs() const override { return rows_of_value(workspace_->values.size() - 1); }

  Result<std::span<const float>> activation(std::size_t layer) const override {
    if (layer >= model_.network_.nodes().size())
      return Error{ErrorCode::out_of_range, "layer", sentence({"The model has no layer ", layer, "."})};
    if (!model_.network_.is_fused(layer)) return rows_of_value(layer + 1);
    const Shape shape = model_.network_.nodes()[layer].shape.with_rows(static_cast<std::int64_t>(workspace_->rows));
    Tensor& value = not_kept_[layer];
    if (value.size() == 0) {
      value = Tensor(shape);
      model_.network_.value_of(layer, *workspace_, value.data());
    }
    return std::span<const float>(value.values());
  }

  Result<Gradients> backward(std::span<const float> cotangents, const Wants& wants) override {
    if (wants.activation && *wants.activation >= model_.network_.nodes().size())
      return Error{ErrorCode::out_of_range, "layer", sentence({"The model has no layer ", *wants.activation, "."})};
    if (wants.from && *wants.from >= model_.network_.nodes().size())
      return Error{ErrorCode::out_of_range, "layer", sentence({"The model has no layer ", *wants.from, "."})};
    const Shape& given = wants.from ? model_.network_.nodes()[*wants.from].shape : model_.network_.output_shape();
    MLSEC_CHECK(cotangents.size() == workspace_->rows * given.count());

    Gradients gradients;
    const auto rows = static_cast<std::int64_t>(workspace_->rows);
    std::vector<float*> places;
    if (wants.weights == WeightGradients::squared_norms) {
      gradients.squared_norms = Tensor::filled(Shape{rows}, 0);
      places.push_back(gradients.squared_norms.data());
    } else if (wants.weights != WeightGradients::none) {
      for (const nn::Parameter* parameter : model_.network_.parameters()) {
        const Shape& shape = parameter->value.shape();
        gradients.weights.push_back(
            Tensor::filled(wants.weights == WeightGradients::summed ? shape : shape.with_rows(rows), 0));
        places.push_back(gradients.weights.back().data());
      }
    }
    MLSEC_TRY_VOID(model_.network_.backward(
        cotangents.data(), {wants.inputs, wants.weights, wants.activation, wants.from}, *workspace_, places));

    if (wants.inputs) {
      gradients.inputs = Tensor(model_.input_.shape.with_rows(rows));
      const float* from = workspace_->cotangents[0].data();
      if (model_.reorders())
        reorder(model_.input_.shape, workspace_->rows, from, gradients.inputs.data(), Direction::to_user);
      else
        std::memcpy(gradients.inputs.data(), from, gradients.inputs.size() * sizeof(float));
    }
    if (wants.activation) {
      const Shape shape = model_.network_.nodes()[*wants.activation].shape.with_rows(rows);
      gradients.activation = Tensor(shape, {workspace_->cotangents[*wants.activation + 1].data(), shape.count()});
    }
    return gradients;
  }

 private:
  std::span<const float> rows_of_value(std::size_t value) const {
    const Tensor& tensor = workspace_->values[value];
    const Shape& sample = value == 0 ? model_.network_.input_shape() : model_.network_.nodes()[value - 1].shape;
    return {tensor.data(), workspace_->rows * sample.count()};
  }

  NetworkModel& model_;
  std::unique_ptr<nn::Workspace> workspace_;
  mutable std::map<std::size_t, Tensor> not_kept_;  // values of layers that were asked for all the same
};

NetworkModel::NetworkModel(std::string name, nn::Network network, InputSpecification input, OutputSpecification output)
    : name_(std::move(name)), network_(std::move(network)), input_(std::move(input)), output_(std::move(output)) {
  MLSEC_CHECK(input_.shape.count() == network_.input_shape().count());
  MLSEC_CHECK(output_.classes == network_.output_shape().count());
}

bool NetworkModel::reorders() const {
  return input_.layout == Layout::chw && input_.shape[0] > 1 && input_.shape[1] * input_.shape[2] > 1;
}

std::vector<LayerInfo> NetworkModel::layers() const {
  std::vector<LayerInfo> result;
  for (const nn::Node& node : network_.nodes()) {
    std::size_t parameters = 0;
    for (const nn::Parameter& parameter : node.operation->parameters()) parameters += parameter.value.size();
    result.push_back({node.name, std::string(node.operation->id()), node.shape, parameters});
  }
  return result;
}

Result<std::unique_ptr<Pass>> NetworkModel::forward(const Batch& batch, RandomKey) {
  MLSEC_CHECK(batch.inputs.size() == 1 && batch.inputs[0].values.size() == batch.rows * input_.shape.count());
  std::unique_ptr<nn::Workspace> workspace;
  if (idle_.empty()) {
    workspace = std::make_unique<nn::Workspace>();
  } else {
    workspace = std::move(idle_.back());
    idle_.pop_back();
  }
  const float* values = batch.inputs[0].values.data();
  if (reorders()) {
    Tensor reordered(input_.shape.with_rows(static_cast<std::int64_t>(batch.rows)));
    reorder(input_.shape, batch.rows, values, reordered.data(), Direction::to_engine);
    network_.forward(batch.rows, reordered.data(), *workspace);
  } else {
    network_.forward(batch.rows, values, *workspace);
  }
  return std::unique_ptr<Pass>(std::make_unique<NetworkPass>(*this, std::move(workspace)));
}

InputSpecification plain_input(const Shape& shape) {
  InputSpecification input;
  input.shape = shape;
  if (shape.rank() == 3) {
    input.kind = InputKind::image;
    input.layout = Layout::hwc;
  }
  return input;
}

}  // namespace mlsec::model
