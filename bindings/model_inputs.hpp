// The samples that a call brings for a model.
#pragma once

#include "bindings/values.hpp"
#include "model/model.hpp"

namespace mlsec::bindings {

struct ModelInputs {
  std::size_t rows;
  Tensor values;

  model::Batch batch() const { return model::Batch::single(rows, values.values()); }
};

/// Copies { data, shape }; refuses what does not fit the model or lies outside its bounds.
Result<ModelInputs> to_model_inputs(const val& inputs, const model::InputSpecification& specification);

}  // namespace mlsec::bindings
