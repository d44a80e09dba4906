// Where in a network the engine's order of features differs from that of a file.
#pragma once

#include <optional>
#include <vector>

#include "nn/network.hpp"

namespace mlsec::formats {

/// Whether flattening it gives the engine, channels last, another order than a file, channels first.
bool has_two_orders(const Shape& image);

/// Of each value, the image height x width x channels from which it was flattened, where the file has it channels
/// first. Nothing where orders agree; nor behind a Flatten whose output leaves the network or is added to values of
/// other origin: that one must be written with a Transpose before it.
std::vector<std::optional<Shape>> flattened_values(const nn::Network& network);

}  // namespace mlsec::formats
