#include "formats/tfjs_weights.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <utility>

#include "formats/float16.hpp"
#include "formats/onnx_tensor.hpp"
#include "formats/tfjs_json.hpp"

namespace mlsec::formats::tfjs {

namespace {

struct StoredName {
  std::string_view name;
  Stored stored;
  std::size_t bytes;  // of one number
};
constexpr StoredName stored_names[] = {{"float32", Stored::float32, 4}, {"int32", Stored::int32, 4},
                                       {"bool", Stored::boolean, 1},    {"uint8", Stored::uint8, 1},
                                       {"uint16", Stored::uint16, 2},   {"float16", Stored::float16, 2}};

const StoredName* find_stored(std::string_view name) {
  for (const StoredName& each : stored_names)
    if (each.name == name) return &each;
  return nullptr;
}

std::size_t bytes_of_one(Stored stored) {
  for (const StoredName& each : stored_names)
    if (each.stored == stored) return each.bytes;
  return 0;
}

std::size_t bytes_of(const Weight& weight) { return weight.shape.count() * bytes_of_one(weight.stored); }

/// From the values that a quantisation maps to, to the ones that are stored.
Result<void> read_quantization(const Value& quantization, const Subject& subject, Weight& weight) {
  const StoredName* stored = find_stored(text_of(quantization.find("dtype")));
  const bool half = stored && stored->stored == Stored::float16;
  if (!stored || !(half || stored->stored == Stored::uint8 || stored->stored == Stored::uint16) ||
      (half && weight.integral))
    return refuse(ErrorCode::unsupported, subject, "is quantised to the element type",
                  text_of(quantization.find("dtype")), ", which is not supported.");
  weight.stored = stored->stored;
  if (half) return {};
  const Value *scale = quantization.find("scale"), *minimum = quantization.find("min");
  if (!scale || !minimum || !scale->as<double>() || !minimum->as<double>())
    return refuse(ErrorCode::malformed, subject, "is quantised without a scale and a smallest value.");
  weight.scale = *scale->as<double>();
  weight.minimum = *minimum->as<double>();
  return {};
}

Result<Weight> read_weight(const Value& entry, const Subject& subject, std::size_t most_elements) {
  Weight weight;
  const StoredName* stored = find_stored(text_of(entry.find("dtype")));
  if (!stored || stored->stored == Stored::uint16 || stored->stored == Stored::float16)
    return refuse(ErrorCode::unsupported, subject, "has the element type", text_of(entry.find("dtype")),
                  ", which is not supported.");
  weight.stored = stored->stored;
  weight.integral = stored->stored != Stored::float32;
  const Value* shape = entry.find("shape");
  const auto extents = shape ? integers_of(*shape) : std::nullopt;
  if (!extents || extents->size() > Shape::max_rank ||
      std::any_of(extents->begin(), extents->end(), [](std::int64_t extent) { return extent < 0; }))
    return refuse(ErrorCode::malformed, subject, "does not have a shape of at most 8 extents.");
  weight.shape = Shape(std::span<const std::int64_t>(*extents));
  if (weight.shape.count() > most_elements)
    return refuse(ErrorCode::too_large, subject, "has more elements than are left to the weights of a model.");
  if (const Value* quantization = entry.find("quantization"); quantization && !quantization->is_null())
    MLSEC_TRY_VOID(read_quantization(*quantization, subject, weight));
  return weight;
}

Result<const ValueList*> groups_of(const Value* manifest) {
  const auto* groups = manifest ? manifest->as<ValueList>() : nullptr;
  if (!groups) return refuse(ErrorCode::malformed, "The model has no list weightsManifest.");
  return groups;
}

bool is_plain_path(std::string_view path) {
  if (path.empty() || path.size() > 1'000 || path.front() == '/') return false;
  for (char c : path)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f ||
        std::string_view("\\:%?#").find(c) != std::string_view::npos)
      return false;
  for (std::size_t start = 0; start <= path.size();) {
    const std::size_t end = std::min(path.find('/', start), path.size());
    if (path.substr(start, end - start) == "..") return false;
    start = end + 1;
  }
  return true;
}

}  // namespace

Result<Weights> Weights::read(const Value* manifest, std::span<const std::byte> bytes, Allowance& allowance) {
  Weights weights;
  weights.bytes_ = bytes;
  MLSEC_TRY(const ValueList* groups, groups_of(manifest));
  std::size_t offset = 0, elements = allowance.elements();
  for (const Value& group : *groups)
    for (const Value& entry : list_of(group.find("weights"))) {
      const std::string name(text_of(entry.find("name")));
      const Subject subject{"weight", name};
      MLSEC_TRY_VOID(allowance.take_entries());
      MLSEC_TRY_VOID(allowance.check_name(name));
      if (name.empty()) return refuse(ErrorCode::malformed, "The model has a weight without a name.");
      MLSEC_TRY(Weight weight, read_weight(entry, subject, elements));
      elements -= weight.shape.count();
      weight.offset = offset;
      const std::size_t size = bytes_of(weight);
      if (size > bytes.size() - offset)
        return refuse(ErrorCode::malformed, subject, "ends behind the end of the files with weights.");
      offset += size;
      if (!weights.weights_.emplace(name, weight).second)
        return refuse(ErrorCode::malformed, subject, "is given twice.");
    }
  if (offset != bytes.size())
    return refuse(ErrorCode::malformed, "The model's files with weights are longer than its weights.");
  for (const auto& [name, weight] : weights.weights_) {
    const auto shorten = [&](std::string shorter) {
      const auto [place, fresh] = weights.shortened_.emplace(std::move(shorter), &weight);
      if (!fresh && place->second != &weight) place->second = nullptr;
    };
    const std::size_t last = name.rfind('/');
    if (last == std::string::npos || last == 0) continue;
    const std::size_t before = name.rfind('/', last - 1);
    if (before == std::string::npos) continue;
    shorten(name.substr(before + 1));                     // "layer/kernel" of "model/layer/kernel"
    shorten(name.substr(0, before) + name.substr(last));  // and of "layer/cell/kernel"
  }
  return weights;
}

Result<std::vector<TfjsWeightFile>> Weights::files(const Value* manifest) {
  constexpr std::size_t most_files = 1'000;
  std::vector<TfjsWeightFile> files;
  MLSEC_TRY(const ValueList* groups, groups_of(manifest));
  std::size_t elements = Limits{}.elements;
  for (std::size_t number = 0; number < groups->size(); ++number) {
    const Value& group = (*groups)[number];
    std::size_t bytes = 0;
    for (const Value& entry : list_of(group.find("weights"))) {
      MLSEC_TRY(const Weight weight, read_weight(entry, {"weight", text_of(entry.find("name"))}, elements));
      elements -= weight.shape.count();
      bytes += bytes_of(weight);
    }
    for (const Value& path : list_of(group.find("paths"))) {
      const std::string_view text = text_of(&path);
      if (!is_plain_path(text))
        return refuse(ErrorCode::malformed, {"file of weights", text}, "is not named by a plain path in its folder.");
      if (files.size() == most_files)
        return refuse(ErrorCode::too_large, "The model has more than 1000 files with weights.");
      files.push_back({std::string(text), bytes, number});
    }
  }
  return files;
}

const Weight* Weights::find(std::string_view name) const {
  const auto found = weights_.find(name);
  return found == weights_.end() ? nullptr : &found->second;
}

const Weight* Weights::find(std::string_view layer, std::string_view role) const {
  std::string name(layer);
  name += '/';
  name += role;
  if (const Weight* exact = find(name)) return exact;
  const auto found = shortened_.find(name);
  return found == shortened_.end() ? nullptr : found->second;
}

Result<nn::Constant> Weights::constant(const Weight& weight, const Subject& subject) const {
  nn::Constant constant{weight.shape, {}, {}};
  const std::size_t count = weight.shape.count(), size = bytes_of_one(weight.stored);
  if (count == 0) return refuse(ErrorCode::unsupported, subject, "has no elements.");
  const bool quantised = weight.scale != 1 || weight.minimum != 0;
  if (weight.integral)
    constant.integers.resize(count);
  else
    constant.floats.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    // Little-endian in the file as in memory.
    std::uint32_t bits = 0;
    std::memcpy(&bits, bytes_.data() + weight.offset + i * size, size);
    if (weight.stored == Stored::float32) {
      std::memcpy(&constant.floats[i], &bits, sizeof bits);
    } else if (weight.stored == Stored::float16) {
      constant.floats[i] = float16_to_float32(static_cast<std::uint16_t>(bits));
    } else if (!weight.integral) {
      constant.floats[i] = static_cast<float>(bits * weight.scale + weight.minimum);
    } else if (weight.stored == Stored::int32) {
      constant.integers[i] = static_cast<std::int32_t>(bits);
    } else if (quantised) {
      const double number = std::floor(bits * weight.scale + weight.minimum + 0.5);
      if (!(std::fabs(number) < 0x1p31))
        return refuse(ErrorCode::out_of_range, subject, "holds numbers beyond those of its element type.");
      constant.integers[i] = static_cast<std::int64_t>(number);
    } else {
      constant.integers[i] = bits;
    }
  }
  if (!onnx::all_finite(constant.floats)) return refuse(ErrorCode::not_finite, subject, "holds NaN or infinity.");
  return constant;
}

}  // namespace mlsec::formats::tfjs
