// The list of operations. A new one is its pair of files in nn/operations and a line here.
#pragma once

#include "base/type_list.hpp"
#include "nn/operations/add.hpp"
#include "nn/operations/batch_norm.hpp"
#include "nn/operations/conv2d.hpp"
#include "nn/operations/dense.hpp"
#include "nn/operations/dropout.hpp"
#include "nn/operations/flatten.hpp"
#include "nn/operations/global_average_pool.hpp"
#include "nn/operations/leaky_relu.hpp"
#include "nn/operations/pool2d.hpp"
#include "nn/operations/relu.hpp"
#include "nn/operations/sigmoid.hpp"
#include "nn/operations/tanh.hpp"

namespace mlsec::nn {

using Operations = TypeList<Dense, Conv2d, BatchNorm, MaxPool2d, AveragePool2d, GlobalAveragePool, Relu, LeakyRelu,
                            Sigmoid, Tanh, Dropout, Add, Flatten>;

}  // namespace mlsec::nn
