// What an attack, a measure or a defence sees of a classifier.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/value.hpp"
#include "model/specification.hpp"
#include "nn/operation.hpp"
#include "tensor/tensor.hpp"

namespace mlsec::model {

/// Rows of one input, in the order and bounds of its specification.
struct NamedInput {
  std::string_view name;
  std::span<const float> values;
};

/// The inputs of a model for a number of samples.
struct Batch {
  std::size_t rows = 0;
  std::vector<NamedInput> inputs;

  static Batch single(std::size_t rows, std::span<const float> values) { return {rows, {{"", values}}}; }
};

/// Keys the randomness of a randomised model; ignored by all others.
struct RandomKey {
  std::uint64_t seed = 0;
};

using nn::WeightGradients;

/// What backward is to give. Nothing else is computed.
struct Wants {
  bool inputs = false;
  WeightGradients weights = WeightGradients::none;
  std::optional<std::size_t> activation;  // the layer whose output's gradient is wanted
  std::optional<std::size_t> from = {};   // the layer to whose output the cotangents belong, in the place of the logits
};

struct Gradients {
  Tensor inputs;                // rows x input shape
  std::vector<Tensor> weights;  // one a parameter; rows x its shape where asked for each sample
  Tensor squared_norms;         // one number a row, where those were asked for
  Tensor activation;            // rows x the layer's output
};

/// One forward evaluation, open for as many backward ones as are needed. It must not outlive its model.
class Pass {
 public:
  virtual ~Pass() = default;

  virtual std::size_t rows() const = 0;

  /// Logits, rows x classes.
  virtual std::span<const float> outputs() const = 0;

  /// The output of a layer, rows x its shape (images height x width x channels).
  virtual Result<std::span<const float>> activation(std::size_t layer) const = 0;

  /// `cotangents`: d(anything)/d(outputs), rows x classes, or of the layer `wants.from`; gives d(anything)/d(what is
  /// wanted), weights behind that layer having none.
  virtual Result<Gradients> backward(std::span<const float> cotangents, const Wants& wants) = 0;

  /// d(outputs)/d(inputs), rows x classes x input shape.
  virtual Result<Tensor> jacobian();
};

struct LayerInfo {
  std::string name;
  std::string kind;
  Shape shape;
  std::size_t parameters = 0;
};

class Model {
 public:
  virtual ~Model() = default;

  virtual const InputSpecification& input() const = 0;
  virtual const OutputSpecification& output() const = 0;
  virtual Capabilities capabilities() const = 0;

  virtual const std::string& name() const = 0;
  virtual std::vector<LayerInfo> layers() const { return {}; }
  virtual std::vector<std::string> warnings() const { return {}; }

  /// The result for a row does not depend on the other rows. Only where capabilities().external is false.
  virtual Result<std::unique_ptr<Pass>> forward(const Batch& batch, RandomKey key) = 0;
};

/// Why something cannot be had of a model; the capability by the name that users know.
Error lacks(std::string_view capability);

/// The index of a layer given by its index or its name; of several so called, the first.
Result<std::size_t> find_layer(const Model& model, const Value& layer);

/// Refuses what is not finite or not within the model's bounds: "inputs[17]". `values` holds whole samples.
Result<void> check_inputs(const InputSpecification& specification, std::span<const float> values);

/// The number of samples in an array of this shape: rows x sample, rows x features, or one sample alone. Extents of 1
/// may be left away or added.
Result<std::size_t> rows_of(const InputSpecification& specification, const Shape& shape);

}  // namespace mlsec::model
