#include "nn/operations/functions.hpp"

namespace mlsec::nn {

Result<PowFunction::Options> PowFunction::read(const NodeContext& context) {
  const Constant* exponent = context.constant(1);
  const bool one = exponent && exponent->floats.size() + exponent->integers.size() == 1;
  const double value =
      !one ? 0 : (exponent->floats.empty() ? static_cast<double>(exponent->integers[0]) : exponent->floats[0]);
  if (value != std::floor(value) || value < 1 || value > 16)
    return context.refuse("its exponent must be a constant whole number from 1 to 16");
  return Options{static_cast<int>(value)};
}

NodeDescription PowFunction::write(const Options& options, NodeWriter& writer) {
  return writer.node("Pow", {writer.add("exponent", {Shape{}, {static_cast<float>(options.exponent)}, {}})});
}

template class Unary<AbsFunction>;
template class Unary<ExpFunction>;
template class Unary<LogFunction>;
template class Unary<SqrtFunction>;
template class Unary<PowFunction>;

}  // namespace mlsec::nn
