#include "bindings/model_inputs.hpp"

namespace mlsec::bindings {

Result<ModelInputs> to_model_inputs(const val& inputs, const model::InputSpecification& specification) {
  MLSEC_TRY(const auto argument, to_array_argument(inputs, "inputs"));
  MLSEC_TRY(const std::size_t rows, model::rows_of(specification, argument.shape));
  MLSEC_TRY(Tensor values, to_tensor(argument, "inputs"));
  MLSEC_TRY_VOID(model::check_inputs(specification, values.values()));
  return ModelInputs{rows, std::move(values)};
}

}  // namespace mlsec::bindings
