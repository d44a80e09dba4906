// What JavaScript is told of a model.
#pragma once

#include <emscripten/val.h>

#include "model/model.hpp"

namespace mlsec::bindings {

using emscripten::val;

/// ModelInfo of web/src/core/binding.ts.
val describe_model(const model::Model& model);

}  // namespace mlsec::bindings
