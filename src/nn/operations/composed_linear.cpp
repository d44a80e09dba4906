// The linear models and scalers of scikit-learn, as its exporter writes them: operators of the domain ai.onnx.ml.
#include <cmath>

#include "base/text.hpp"
#include "nn/operations/activations.hpp"
#include "nn/operations/affine.hpp"
#include "nn/operations/composed.hpp"
#include "nn/operations/dense.hpp"
#include "nn/operations/softmax.hpp"

namespace mlsec::nn {

namespace {

using Made = Result<std::unique_ptr<Operation>>;

std::vector<float> numbers(const NodeContext& context, std::string_view attribute) {
  const auto found = context.node().attributes.find(attribute);
  const auto* list =
      found == context.node().attributes.end() ? nullptr : std::get_if<std::vector<float>>(&found->second);
  return list ? *list : std::vector<float>();
}

}  // namespace

Made read_linear_classifier(NodeContext& context) {
  const auto& outputs = context.node().outputs;
  if (outputs.size() < 2 || outputs[1].empty() || !outputs[0].empty())
    return context.refuse("only its scores are supported, not its labels");
  const std::vector<float> weights = numbers(context, "coefficients"), intercepts = numbers(context, "intercepts");
  const std::size_t inputs = context.size(), classes = intercepts.size();
  if (context.rank() != 1 || classes < 2 || weights.size() != classes * inputs)
    return context.refuse("its coefficients do not fit its input or its intercepts");
  MLSEC_TRY_VOID(context.complete());
  MLSEC_TRY_VOID(context.apply(std::make_unique<Dense>(
      Tensor(Shape{static_cast<std::int64_t>(classes), static_cast<std::int64_t>(inputs)}, weights),
      Tensor(Shape{static_cast<std::int64_t>(classes)}, intercepts))));
  const std::string transform = context.text("post_transform", "NONE");
  if (transform == "SOFTMAX") {
    MLSEC_TRY_VOID(context.apply(std::make_unique<Softmax>()));
  } else if (transform == "LOGISTIC") {
    MLSEC_TRY_VOID(context.apply(std::make_unique<Sigmoid>()));
  } else if (transform == log_logistic) {
    // log sigmoid(z) = -softplus(-z).
    const auto minus = [] { return std::make_unique<Affine>(std::vector<float>{-1}, std::vector<float>{0}); };
    MLSEC_TRY_VOID(context.apply(minus()));
    MLSEC_TRY_VOID(context.apply(std::make_unique<Softplus>()));
    MLSEC_TRY_VOID(context.apply(minus()));
  } else if (transform != "NONE") {
    return context.refuse("its post_transform " + transform + " is not supported");
  }
  context.make_output(1, context.value());
  return std::unique_ptr<Operation>();
}

// (x - offset) scale.
Made read_scaler(NodeContext& context) {
  const std::vector<float> offsets = numbers(context, "offset");
  std::vector<float> factors = numbers(context, "scale"), shifts;
  const auto fits = [&](const std::vector<float>& list) { return list.size() == 1 || list.size() == context.size(); };
  if (context.rank() != 1 || !fits(offsets) || !fits(factors))
    return context.refuse("its offset and scale do not fit its input");
  MLSEC_TRY_VOID(context.complete());
  for (std::size_t i = 0; i < std::max(offsets.size(), factors.size()); ++i)
    shifts.push_back(-offsets[offsets.size() > 1 ? i : 0] * factors[factors.size() > 1 ? i : 0]);
  return std::unique_ptr<Operation>(std::make_unique<Affine>(std::move(factors), std::move(shifts)));
}

}  // namespace mlsec::nn
