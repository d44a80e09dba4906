// Prints a digest of what the engine computes, under a forced choice of XNNPACK's kernels: the `simd` build must give
// the same bytes whatever processor XNNPACK believes to run on. Arguments: 0 or 1 for x86, number of cores. The build
// against the pinned library ignores them.
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "base/random.hpp"
#include "engine/convolution.hpp"
#include "engine/linear.hpp"

// Read by XNNPACK of the flavour simd-unpinned (cmake/xnnpack).
extern "C" {
bool mlsec_xnnpack_is_x86 = true;
int mlsec_xnnpack_core_count = 8;
}

using namespace mlsec;

namespace {

Tensor random_tensor(std::size_t size, std::uint64_t seed) {
  Tensor result(Shape{static_cast<std::int64_t>(size)});
  Random random(seed, 0, Purpose::test);
  for (float& value : result.values()) value = random.normal();
  return result;
}

// FNV-1a over the bytes.
class Digest {
 public:
  void add(const Tensor& tensor) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(tensor.data());
    for (std::size_t i = 0; i < tensor.size() * sizeof(float); ++i) value_ = (value_ ^ bytes[i]) * 1099511628211u;
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 14695981039346656037u;
};

void add_linear(Digest& digest, std::size_t inputs, std::size_t outputs, engine::WeightOrder order) {
  const Tensor weights = random_tensor(inputs * outputs, 1), bias = random_tensor(outputs, 2);
  for (std::size_t rows : {1u, 2u, 3u, 4u, 5u, 6u, 13u, 64u}) {
    engine::Linear linear;
    linear.pack(inputs, outputs, weights.data(), bias.data(), order);
    const Tensor x = random_tensor(rows * inputs, 3);
    Tensor y(Shape{static_cast<std::int64_t>(rows * outputs)});
    linear.run(rows, x.data(), y.data());
    digest.add(y);
  }
}

void add_convolution(Digest& digest, std::size_t channels, std::size_t filters, std::size_t kernel,
                     std::size_t stride) {
  engine::Window window;
  window.input_height = window.input_width = 12;
  window.input_channels = channels;
  window.kernel_height = window.kernel_width = kernel;
  window.stride_height = window.stride_width = stride;
  window.output_height = window.output_width = (12 - kernel) / stride + 1;
  window.output_channels = filters;
  const Tensor kernels = random_tensor(filters * window.taps() * channels, 1), bias = random_tensor(filters, 2);
  for (std::size_t rows : {1u, 3u, 32u}) {
    engine::Convolution convolution(window);
    convolution.set_weights(kernels.data(), bias.data());
    const Tensor image = random_tensor(rows * window.input_size(), 3);
    Tensor output(Shape{static_cast<std::int64_t>(rows * window.output_size())});
    convolution.forward(rows, image.data(), output.data());
    digest.add(output);
    Tensor back(Shape{static_cast<std::int64_t>(rows * window.input_size())});
    convolution.backward_input(rows, output.data(), back.data());
    digest.add(back);
  }
}

}  // namespace

int main(int count, char** arguments) {
  if (count > 2) {
    mlsec_xnnpack_is_x86 = std::atoi(arguments[1]) != 0;
    mlsec_xnnpack_core_count = std::atoi(arguments[2]);
  }
  Digest digest;
  for (engine::WeightOrder order : {engine::WeightOrder::output_major, engine::WeightOrder::input_major})
    for (std::size_t inputs : {1u, 3u, 17u, 100u, 784u})
      for (std::size_t outputs : {1u, 2u, 3u, 8u, 10u, 33u, 128u}) add_linear(digest, inputs, outputs, order);
  for (std::size_t channels : {1u, 3u, 16u})
    for (std::size_t filters : {1u, 2u, 10u, 32u})
      for (std::size_t kernel : {1u, 3u, 5u})
        for (std::size_t stride : {1u, 2u}) add_convolution(digest, channels, filters, kernel, stride);
  std::printf("%016llx\n", static_cast<unsigned long long>(digest.value()));
}
