// What a model file says of itself beside its graph: bounds of the inputs and names of the classes.
#pragma once

#include <functional>
#include <map>
#include <string>

#include "base/result.hpp"
#include "model/specification.hpp"

namespace mlsec::formats {

using Metadata = std::map<std::string, std::string, std::less<>>;

/// Keys "mlsec.lower", "mlsec.upper" and "mlsec.labels" (one a line). Absent ones leave 0, 1 and numbers.
Result<void> read_metadata(const Metadata& metadata, model::InputSpecification& input,
                           model::OutputSpecification& output);
void write_metadata(const model::InputSpecification& input, const model::OutputSpecification& output,
                    Metadata& metadata);

}  // namespace mlsec::formats
