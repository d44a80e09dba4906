// What a model file holds, and what of it cannot be run here.
#pragma once

#include <string>
#include <vector>

#include "base/error.hpp"
#include "formats/load_options.hpp"
#include "nn/description.hpp"

namespace mlsec::formats {

struct OperationCount {
  std::string operation;
  std::size_t count = 0;
};

struct Inspection {
  std::vector<nn::ValueDescription> inputs, outputs;  // extents with the batch; -1 where they are open
  std::vector<OperationCount> operations;             // of ONNX, by name
  std::size_t parameters = 0;                         // floats that are stored
  std::vector<Error> problems;                        // why it cannot be loaded; none where it can
};

/// As it would be loaded with these options.
Inspection inspect(const nn::GraphDescription& graph, const LoadOptions& options);

}  // namespace mlsec::formats
