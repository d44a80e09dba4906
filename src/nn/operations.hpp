// The list of operations. A new one is its pair of files in nn/operations and a line here.
#pragma once

#include "base/type_list.hpp"
#include "nn/operations/conv2d.hpp"
#include "nn/operations/dense.hpp"
#include "nn/operations/flatten.hpp"
#include "nn/operations/pool2d.hpp"
#include "nn/operations/relu.hpp"

namespace mlsec::nn {

using Operations = TypeList<Dense, Conv2d, MaxPool2d, AveragePool2d, Relu, Flatten>;

}  // namespace mlsec::nn
