// How a model file is refused.
#pragma once

#include <string_view>

#include "base/error.hpp"
#include "nn/description.hpp"

namespace mlsec::formats::onnx {

/// What a message is about; views, so that nothing is built where nothing is wrong.
struct Subject {
  std::string_view what;  // "tensor", "node" ...
  std::string_view name;
  std::string_view operation = {};
};

/// A node by its name, or if it has none by what it makes.
Subject subject_of(const nn::NodeDescription& node);

/// A tensor in an attribute of the node.
Subject tensor_of(const nn::NodeDescription& node);

/// An Error about the field "model": `The model's node "relu1" (Relu) uses "x", which nothing before it makes.` from
/// the predicate "uses", the object "x" and the rest. Names are shortened, and control characters in them replaced.
Error refuse(ErrorCode code, const Subject& subject, std::string_view predicate, std::string_view object = {},
             std::string_view rest = {});

/// The same with a sentence as it is.
Error refuse(ErrorCode code, std::string_view sentence);

}  // namespace mlsec::formats::onnx
