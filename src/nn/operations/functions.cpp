#include "nn/operations/functions.hpp"

#include "nn/operations/composed.hpp"

namespace mlsec::nn {

Result<std::unique_ptr<Operation>> PowFunction::read_node(NodeContext& context) {
  const Constant* exponent = context.constant(1);
  const bool one = exponent && exponent->floats.size() + exponent->integers.size() == 1;
  if (!one) return context.refuse("its exponent must be one constant number");
  return read_power(
      context, exponent->floats.empty() ? static_cast<double>(exponent->integers[0]) : double{exponent->floats[0]});
}

NodeDescription PowFunction::write(const Options& options, NodeWriter& writer) {
  return writer.node("Pow", {writer.add("exponent", {Shape{}, {static_cast<float>(options.exponent)}, {}})});
}

template class Unary<AbsFunction>;
template class Unary<ExpFunction>;
template class Unary<LogFunction>;
template class Unary<SqrtFunction>;
template class Unary<PowFunction>;
template class Unary<ReciprocalFunction>;

}  // namespace mlsec::nn
