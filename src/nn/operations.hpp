// The list of operations. A new one is its pair of files in nn/operations and a line here.
#pragma once

#include "base/type_list.hpp"
#include "nn/operations/activations.hpp"
#include "nn/operations/affine.hpp"
#include "nn/operations/arithmetic.hpp"
#include "nn/operations/batch_norm.hpp"
#include "nn/operations/concat.hpp"
#include "nn/operations/conv2d.hpp"
#include "nn/operations/conv_transpose2d.hpp"
#include "nn/operations/dense.hpp"
#include "nn/operations/dropout.hpp"
#include "nn/operations/embedding.hpp"
#include "nn/operations/flatten.hpp"
#include "nn/operations/functions.hpp"
#include "nn/operations/global_average_pool.hpp"
#include "nn/operations/matmul.hpp"
#include "nn/operations/normalisation.hpp"
#include "nn/operations/pool2d.hpp"
#include "nn/operations/prelu.hpp"
#include "nn/operations/quantise.hpp"
#include "nn/operations/rearrange.hpp"
#include "nn/operations/resample.hpp"
#include "nn/operations/softmax.hpp"

namespace mlsec::nn {

using Operations = TypeList<
    // with weights
    Dense, Conv2d, Conv1d, ConvTranspose2d, Embedding, BatchNorm, LayerNorm, InstanceNorm, GroupNorm,
    // pools
    MaxPool2d, AveragePool2d, AdaptiveAveragePool2d, GlobalAveragePool,
    // activations
    Relu, LeakyRelu, Prelu, Clip, Elu, Selu, Gelu, Silu, HardSwish, HardSigmoid, Softplus, Sigmoid, Tanh, Softmax,
    LogSoftmax, Dropout,
    // arithmetic
    Affine, Add, Subtract, Multiply, Divide, Maximum, Minimum, MatMul, Abs, Exp, Log, Sqrt, Pow, Reciprocal, Quantise,
    ReduceMean, ReduceSum, ReduceMax,
    // shapes
    Flatten, Reshape, Transpose, Slice, Split, Concat, Gather, Pad, Resize>;

}  // namespace mlsec::nn
