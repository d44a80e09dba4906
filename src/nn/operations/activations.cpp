#include "nn/operations/activations.hpp"

#include <limits>

#include "nn/operations/affine.hpp"

namespace mlsec::nn {

namespace {

NodeDescription with_alpha(const NodeWriter& writer, const char* operation, double alpha) {
  return writer.node(operation, {}, {{"alpha", static_cast<float>(alpha)}});
}

// sqrt(2 / pi) and the cubic coefficient of the approximation by tanh.
constexpr float steepness = 0.79788456f, cubic = 0.044715f;
constexpr float root_of_half = 0.70710678f, density_at_0 = 0.39894228f;

}  // namespace

NodeDescription LeakyReluFunction::write(const Options& options, NodeWriter& writer) {
  return with_alpha(writer, "LeakyRelu", options.slope);
}

Result<void> ClipFunction::Options::check(const Options& options) {
  if (options.minimum <= options.maximum) return {};
  return Error{ErrorCode::out_of_range, "minimum", "minimum must not be larger than maximum."};
}

// Bounds are attributes before version 11, and inputs from then on.
Result<ClipFunction::Options> ClipFunction::read(const NodeContext& context) {
  constexpr float largest = std::numeric_limits<float>::max();
  Options options{context.number("min", -largest), context.number("max", largest)};
  for (std::size_t i : {std::size_t{1}, std::size_t{2}}) {
    if (!context.present(i)) continue;
    const Constant* bound = context.constant(i);
    if (!bound || bound->floats.size() != 1) return context.refuse("its bounds must be constants");
    (i == 1 ? options.minimum : options.maximum) = bound->floats[0];
  }
  if (!Options::check(options).ok()) return context.refuse("its minimum is larger than its maximum");
  return options;
}

NodeDescription ClipFunction::write(const Options& options, NodeWriter& writer) {
  return writer.node("Clip", {writer.add("minimum", {Shape{}, {static_cast<float>(options.minimum)}, {}}),
                              writer.add("maximum", {Shape{}, {static_cast<float>(options.maximum)}, {}})});
}

NodeDescription EluFunction::write(const Options& options, NodeWriter& writer) {
  return with_alpha(writer, "Elu", options.alpha);
}

Result<std::unique_ptr<Operation>> SeluFunction::read_node(NodeContext& context) {
  const float given_alpha = context.number("alpha", alpha), given_scale = context.number("gamma", scale);
  if (std::fabs(given_alpha - alpha) < 1e-5f && std::fabs(given_scale - scale) < 1e-5f)
    return std::unique_ptr<Operation>(std::make_unique<Selu>());
  MLSEC_TRY_VOID(context.apply(std::make_unique<Elu>(EluFunction::Options{double{given_alpha}})));
  return std::unique_ptr<Operation>(std::make_unique<Affine>(std::vector<float>{given_scale}, std::vector<float>{0}));
}

Result<GeluFunction::Options> GeluFunction::read(const NodeContext& context) {
  return Options{context.text("approximate", "none") == "tanh" ? GeluForm::tanh : GeluForm::exact};
}

NodeDescription GeluFunction::write(const Options& options, NodeWriter& writer) {
  return writer.node("Gelu", {}, {{"approximate", std::string(options.form == GeluForm::tanh ? "tanh" : "none")}});
}

float GeluFunction::share(float x) const {
  if (form == GeluForm::exact) return 0.5f * erfc(-x * root_of_half);
  return 0.5f * (1 + tanh(steepness * (x + cubic * x * x * x)));
}

float GeluFunction::share_slope(float x) const {
  if (form == GeluForm::exact) return density_at_0 * exp(-0.5f * x * x);
  const float t = tanh(steepness * (x + cubic * x * x * x));
  return 0.5f * (1 - t * t) * steepness * (1 + 3 * cubic * x * x);
}

float GeluFunction::curvature(float x, float) const {
  // (x s)'' = 2 s' + x s''.
  if (form == GeluForm::exact) return share_slope(x) * (2 - x * x);
  const float t = tanh(steepness * (x + cubic * x * x * x));
  const float inner = steepness * (1 + 3 * cubic * x * x);
  const float bend = 0.5f * (1 - t * t) * (steepness * 6 * cubic * x - 2 * t * inner * inner);
  return 2 * share_slope(x) + x * bend;
}

Result<SiluFunction::Options> SiluFunction::read(const NodeContext& context) {
  if (context.number("alpha", 1) != 1) return context.refuse("its alpha must be 1");
  return Options{};
}

NodeDescription SiluFunction::write(const Options&, NodeWriter& writer) {
  NodeDescription product = writer.node("Mul"), share = writer.node("Sigmoid");
  share.name += ".sigmoid";
  writer.step(std::move(share), "share");
  product.inputs.push_back(writer.input().name);
  return product;
}

NodeDescription HardSigmoidFunction::write(const Options& options, NodeWriter& writer) {
  return writer.node("HardSigmoid", {},
                     {{"alpha", static_cast<float>(options.slope)}, {"beta", static_cast<float>(options.offset)}});
}

template class Unary<ReluFunction>;
template class Unary<LeakyReluFunction>;
template class Unary<ClipFunction>;
template class Unary<EluFunction>;
template class Unary<SeluFunction>;
template class Unary<GeluFunction>;
template class Unary<SiluFunction>;
template class Unary<HardSwishFunction>;
template class Unary<HardSigmoidFunction>;
template class Unary<SoftplusFunction>;
template class Unary<SigmoidFunction>;
template class Unary<TanhFunction>;

}  // namespace mlsec::nn
