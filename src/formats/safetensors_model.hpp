// Networks of an architecture with the weights of a safetensors file, named and laid out as PyTorch has them.
#pragma once

#include <memory>

#include "base/result.hpp"
#include "base/value.hpp"
#include "formats/model_graph.hpp"
#include "formats/safetensors.hpp"
#include "model/network_model.hpp"

namespace mlsec::formats {

/// The architecture is what training takes (nn/architecture.hpp). A layer's tensors are called "<layer>.weight",
/// "<layer>.bias", "<layer>.running_mean" and "<layer>.running_var", where <layer> is its `name` or, where it has none,
/// its number among the layers, counted from 0, as torch.nn.Sequential numbers its modules. Layouts are PyTorch's:
///
///   dense             out x in; behind a flattened image (or conv1d line) `in` counts channels first
///   conv2d, conv1d    out x in x height x width, out x in x length
///   convTranspose2d   in x out x height x width
///   embedding         tokens x units
///   prelu             one number, or one for each channel
///   all others        one number for each channel
///
/// Scale and shift of a normalisation may both be missing (PyTorch's affine=False); "<layer>.num_batches_tracked" is
/// left unread. Samples are images height x width x channels for the model, as for any that is trained here, unless the
/// options say otherwise; mean and std are refused, for which an architecture has its layer affine. Bounds and labels
/// come from the options or the file's metadata (formats/metadata.hpp). A softmax at the end stays.
///
/// Errors of the architecture are those of network_from; of the file, with the field "model": shape_mismatch (the
/// message names the tensor and both shapes), unknown_name (a tensor is missing, or no layer takes it), wrong_type (a
/// tensor of integers), out_of_range (a negative variance), unsupported (a layer that cannot follow a flattened image
/// in PyTorch's order, a name that two layers have).
Result<std::shared_ptr<model::NetworkModel>> model_from_safetensors(const SafeTensors& file, const Value& architecture,
                                                                    const LoadOptions& options);

/// A model's parameters, named and laid out likewise; a layer counts as one without a name where its name is the one
/// that the network gave it. Errors: unsupported, as above.
Result<SafeTensors> safetensors_of(const model::NetworkModel& model);

}  // namespace mlsec::formats
