#include "nn/operations/quantise.hpp"

namespace mlsec::nn {

namespace {

constexpr std::int64_t uint8 = 2, int8 = 3;

}  // namespace

Result<ByteRange> range_of_quantised(const NodeContext& context) {
  // The type of a zero point is known only where the reader has named it.
  const std::int64_t type = context.integer(quantised_type, 0);
  if (type == uint8 || (type == 0 && !context.present(2))) return ByteRange{0, UINT8_MAX};
  if (type == int8) return ByteRange{INT8_MIN, INT8_MAX};
  return context.refuse("it rounds to other types than int8 and uint8");
}

Result<QuantiseFunction::Options> QuantiseFunction::read(const NodeContext& context) {
  const Constant *scale = context.constant(1), *zero = context.constant(2);
  if (!scale || scale->floats.size() != 1 || !(scale->floats[0] >= 1e-30f && scale->floats[0] <= 1e30f) ||
      (zero && zero->integers.size() != 1))
    return context.refuse("its scale must be one positive number for all values");
  MLSEC_TRY(const ByteRange range, range_of_quantised(context));
  const std::int64_t point = zero ? zero->integers[0] : 0;
  if (point < range.lowest || point > range.highest) return context.refuse("its zero point is beyond its type");
  return Options{double{scale->floats[0]}, static_cast<int>(point - range.lowest)};
}

NodeDescription QuantiseFunction::write(const Options& options, NodeWriter& writer) {
  const std::string scale = writer.add("scale", {Shape{}, {static_cast<float>(options.scale)}, {}}),
                    zero = writer.add("zeroPoint", {Shape{}, {}, {options.zero_point}});
  NodeDescription quantised = writer.node("QuantizeLinear", {scale, zero}, {{quantised_type, uint8}});
  quantised.name += ".quantised";
  writer.step(std::move(quantised), "quantised");
  return writer.node("DequantizeLinear", {scale, zero});
}

template class Unary<QuantiseFunction>;

}  // namespace mlsec::nn
