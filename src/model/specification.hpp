// What goes into a model and what comes out, as the user sees it.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "base/enum_names.hpp"
#include "tensor/shape.hpp"

namespace mlsec::model {

enum class InputKind { image, vector };
constexpr std::array<std::string_view, 2> enum_names(InputKind) { return {"image", "vector"}; }

/// How an image lies in the user's arrays. The engine's own order is height, width, channels.
enum class Layout { hwc, chw, flat };
constexpr std::array<std::string_view, 3> enum_names(Layout) { return {"hwc", "chw", "flat"}; }

/// One of several inputs of a model.
struct InputPart {
  std::string name;
  Shape shape;  // of one sample
};

struct InputSpecification {
  std::string name = "input";
  InputKind kind = InputKind::vector;
  Shape shape;  // one sample, in `layout`
  Layout layout = Layout::flat;
  std::vector<InputPart> parts;  // where the model has several inputs: these lie in one vector, one behind another
  float lower = 0, upper = 1;    // every feature lies in [lower, upper]
};

struct OutputSpecification {
  std::size_t classes = 0;
  std::vector<std::string> labels;  // one a class
};

/// What a model can answer beside the label of its largest output.
struct Capabilities {
  bool scores = true;       // logits, not only labels
  bool gradient = true;     // gradients to its inputs
  bool activations = true;  // the outputs of its layers
  bool external = false;    // answered outside this process: forward() cannot be called, see attacks/driver.hpp
};

/// "0", "1", ...
std::vector<std::string> numbered_labels(std::size_t classes);

}  // namespace mlsec::model
