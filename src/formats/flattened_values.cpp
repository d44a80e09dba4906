#include "formats/flattened_values.hpp"

#include <algorithm>

#include "nn/operations.hpp"

namespace mlsec::formats {

namespace {

using Flattened = std::vector<std::optional<Shape>>;

const Shape& shape_of(const nn::Network& network, std::size_t value) {
  return value == 0 ? network.input_shape() : network.nodes()[value - 1].shape;
}

bool is_flatten(const nn::Node& node) { return node.operation->id() == nn::Flatten::public_id; }

bool flattens_image(const nn::Network& network, const nn::Node& node) {
  return is_flatten(node) && has_two_orders(shape_of(network, node.inputs[0]));
}

// `transposed`: of each node, whether a Transpose is written before it.
Flattened trace(const nn::Network& network, const std::vector<bool>& transposed) {
  Flattened flattened{std::nullopt};
  for (std::size_t i = 0; i < network.nodes().size(); ++i) {
    const nn::Node& node = network.nodes()[i];
    std::optional<Shape> made;
    if (flattens_image(network, node)) {
      if (!transposed[i]) made = shape_of(network, node.inputs[0]);
    } else if (is_flatten(node) || node.operation->element_wise()) {
      made = flattened[node.inputs[0]];
    }
    flattened.push_back(made);
  }
  return flattened;
}

// Transposes what cannot stay in the file's order; whether there was any.
bool transpose_more(const nn::Network& network, const Flattened& flattened, std::vector<bool>& transposed) {
  bool changed = false;
  std::vector<bool> must(flattened.size(), false);  // have the engine's order
  must.back() = true;
  for (std::size_t i = network.nodes().size(); i-- > 0;) {
    const nn::Node& node = network.nodes()[i];
    const auto differs = [&](std::size_t value) { return !(flattened[value] == flattened[node.inputs[0]]); };
    if (flattens_image(network, node)) {
      if (must[i + 1] && flattened[i + 1]) changed = transposed[i] = true;
    } else if (is_flatten(node) || node.operation->element_wise()) {
      if (must[i + 1] || std::any_of(node.inputs.begin(), node.inputs.end(), differs))
        for (std::size_t value : node.inputs) must[value] = true;
    }
  }
  return changed;
}

}  // namespace

bool has_two_orders(const Shape& image) { return image.rank() == 3 && image[2] > 1 && image[0] * image[1] > 1; }

std::vector<std::optional<Shape>> flattened_values(const nn::Network& network) {
  std::vector<bool> transposed(network.nodes().size(), false);
  for (;;) {
    Flattened flattened = trace(network, transposed);
    if (!transpose_more(network, flattened, transposed)) return flattened;
  }
}

}  // namespace mlsec::formats
