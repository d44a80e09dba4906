#include "tensor/tensor.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace mlsec {

TEST_CASE("a shape knows its extents, their product and its text") {
  const Shape image{28, 28, 3};
  CHECK(image.rank() == 3);
  CHECK(image[2] == 3);
  CHECK(image.count() == 28 * 28 * 3);
  CHECK(to_text(image) == "28 x 28 x 3");
  CHECK(image.with_rows(5) == Shape{5, 28, 28, 3});
  CHECK(Shape().count() == 1);
  CHECK(to_text(Shape()) == "scalar");
  CHECK(Shape{4, 0}.count() == 0);
}

TEST_CASE("shapes are equal when rank and extents are") {
  CHECK(Shape{2, 3} == Shape{2, 3});
  CHECK(!(Shape{2, 3} == Shape{3, 2}));
  CHECK(!(Shape{2, 3} == Shape{2, 3, 1}));
  CHECK(!(Shape{0} == Shape{0, 0}));
}

TEST_CASE("tensors begin at multiples of 64 bytes") {
  for (std::int64_t size : {0, 1, 3, 12, 13, 16, 17, 1000}) {
    const Tensor tensor(Shape{size});
    CHECK(reinterpret_cast<std::uintptr_t>(tensor.data()) % 64 == 0);
    CHECK(tensor.size() == static_cast<std::size_t>(size));
  }
}

TEST_CASE("16 bytes behind the last element may be read and are zero") {
  // The address sanitizer stops the native build where they are not ours.
  for (std::int64_t size = 0; size <= 33; ++size) {
    const Tensor tensor = Tensor::filled(Shape{size}, 7);
    const volatile float* behind = tensor.data() + size;
    for (int i = 0; i < 4; ++i) CHECK(behind[i] == 0);
  }
}

TEST_CASE("tensors take values, copy them on request and lend them") {
  const std::vector<float> values{1, 2, 3, 4, 5, 6};
  Tensor tensor(Shape{2, 3}, values);
  Tensor copy = tensor.copy();
  copy[0] = 9;
  CHECK(tensor[0] == 1);
  CHECK(copy.shape() == Shape{2, 3});
  tensor.values()[5] = 60;
  CHECK(tensor[5] == 60);
  CHECK(copy[5] == 6);
}

TEST_CASE("a tensor may take another shape of the same count") {
  Tensor tensor(Shape{2, 3}, std::vector<float>{1, 2, 3, 4, 5, 6});
  tensor.reshape(Shape{3, 2});
  CHECK(tensor.shape() == Shape{3, 2});
  CHECK(tensor[5] == 6);
}

TEST_CASE("a tensor without shape is empty") {
  const Tensor tensor;
  CHECK(tensor.size() == 0);
  CHECK(tensor.values().empty());
}

}  // namespace mlsec
