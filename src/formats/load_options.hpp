// What a user says of a model beside its file.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/schema.hpp"
#include "model/specification.hpp"

namespace mlsec::formats {

/// What the numbers that a file's network gives are.
enum class OutputKind { logits, probabilities };
constexpr std::array<std::string_view, 2> enum_names(OutputKind) { return {"logits", "probabilities"}; }

struct LoadOptions {
  std::string name = "model";
  std::optional<std::vector<int>> shape;
  std::optional<std::vector<double>> bounds;
  std::optional<std::vector<double>> mean;
  std::optional<std::vector<double>> deviation;
  std::optional<model::Layout> layout;
  std::optional<std::vector<std::string>> labels;
  OutputKind output = OutputKind::logits;
  static constexpr auto schema() {
    return mlsec::schema(
        field("name", &LoadOptions::name, "What the model is called."),
        field("shape", &LoadOptions::shape,
              "Extents of one sample in the file's order of axes, where the file leaves some of them open.")
            .range(1, 65536)
            .otherwise("those in the file"),
        field("bounds", &LoadOptions::bounds, "Smallest and largest valid value of an input, before any scaling.")
            .range(-1e30, 1e30)
            .otherwise("those in the file, or 0 and 1"),
        field("mean", &LoadOptions::mean,
              "Subtracted from inputs as a part of the model: one number, or one for each channel or feature.")
            .range(-1e30, 1e30)
            .otherwise("0"),
        field("std", &LoadOptions::deviation,
              "Divides inputs, after mean: one number, or one for each channel or feature.")
            .range(1e-30, 1e30)
            .otherwise("1"),
        field("layout", &LoadOptions::layout, "How images lie in your arrays, whatever the file has.")
            .only(model::Layout::hwc, model::Layout::chw)
            .otherwise("that of the file"),
        field("labels", &LoadOptions::labels, "Names of the classes.").otherwise("those in the file, or numbers"),
        field("output", &LoadOptions::output,
              "What the network gives. A softmax or sigmoid at its end is recognised and left away in any case."));
  }
  static Result<void> check(const LoadOptions& options);
};

}  // namespace mlsec::formats
