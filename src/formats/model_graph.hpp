// From a described graph to a model that can be attacked, and back.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/schema.hpp"
#include "model/network_model.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

struct LoadOptions {
  std::string name = "model";
  std::optional<std::vector<double>> bounds;
  std::optional<std::vector<std::string>> labels;
  static constexpr auto schema() {
    return mlsec::schema(
        field("name", &LoadOptions::name, "What the model is called."),
        field("bounds", &LoadOptions::bounds, "Smallest and largest valid value of an input.")
            .range(-1e30, 1e30)
            .otherwise("those in the file, or 0 and 1"),
        field("labels", &LoadOptions::labels, "Names of the classes.").otherwise("those in the file, or numbers"));
  }
  static Result<void> check(const LoadOptions& options);
};

/// One image or vector in, one row of logits out; a softmax at the end is left away, so that attacks see logits, and so
/// is dropout.
/// What cannot be read is refused with the name of the node.
Result<std::shared_ptr<model::NetworkModel>> model_from(const nn::GraphDescription& graph, const LoadOptions& options);

/// Images become channels x height x width there. Bounds and labels travel as metadata. What matters in training only
/// does not travel: dropout is left away, and batch normalisation becomes part of the layer before it where that feeds
/// nothing else.
Result<nn::GraphDescription> describe(const model::NetworkModel& model);

}  // namespace mlsec::formats
