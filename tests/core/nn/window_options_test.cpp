#include "nn/operations/window_options.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/core/nn/reference.hpp"

namespace mlsec {
namespace {

using nn::PaddingMode;
using nn::WindowGeometry;

Result<engine::Window> fitted(const WindowGeometry& geometry, const Shape& image, std::size_t filters = 0) {
  return nn::fit(geometry, std::span(&image, 1), filters, "conv2d");
}

}  // namespace

TEST_CASE("without padding a window goes where all of it lies inside") {
  for (int extent = 1; extent <= 9; ++extent)
    for (int kernel = 1; kernel <= extent; ++kernel)
      for (int stride = 1; stride <= 4; ++stride) {
        const auto window = fitted(WindowGeometry::square(kernel, stride, PaddingMode::valid), Shape{extent, 9, 2});
        REQUIRE(window.ok());
        std::size_t positions = 0;
        for (int start = 0; start + kernel <= extent; start += stride) ++positions;
        CHECK(window.value().output_height == positions);
        CHECK(window.value().padding.top + window.value().padding.bottom == 0);
      }
}

TEST_CASE("same padding gives one position a stride, the odd zero behind") {
  for (int extent = 1; extent <= 9; ++extent)
    for (int kernel = 1; kernel <= 5; ++kernel)
      for (int stride = 1; stride <= 4; ++stride) {
        CAPTURE(extent);
        CAPTURE(kernel);
        CAPTURE(stride);
        const auto fits = fitted(WindowGeometry::square(kernel, stride, PaddingMode::same), Shape{7, extent, 2});
        REQUIRE(fits.ok());
        const engine::Window& w = fits.value();
        CHECK(static_cast<int>(w.output_width) == (extent + stride - 1) / stride);
        const int left = static_cast<int>(w.padding.left), right = static_cast<int>(w.padding.right);
        CHECK((right == left || right == left + 1));
        // No zero too many: the last window ends with the padding, unless it ends inside the image.
        const int end = (static_cast<int>(w.output_width) - 1) * stride + kernel;
        CHECK(left + right == std::max(0, end - extent));
      }
}

TEST_CASE("explicit padding goes to its sides") {
  WindowGeometry geometry{3, 4, 1, 2, PaddingMode::same, engine::Padding{2, 3, 1, 0}};
  const auto fits = fitted(geometry, Shape{5, 6, 3}, 7);
  REQUIRE(fits.ok());
  const engine::Window& w = fits.value();
  const auto expected = test::reference::window(5, 6, 3, 3, 4, 1, 2, {2, 3, 1, 0}, 7);
  CHECK(w.output_height == expected.output_height);
  CHECK(w.output_width == expected.output_width);
  CHECK(w.output_channels == 7);
  CHECK(w.padding.top == 2);
  CHECK(w.padding.left == 3);
  CHECK(w.padding.bottom == 1);
  CHECK(w.padding.right == 0);
}

TEST_CASE("a pool has as many channels as its image") {
  CHECK(fitted(WindowGeometry::square(2, 2, PaddingMode::valid), Shape{4, 4, 5}).value().output_channels == 5);
}

TEST_CASE("windows that do not fit are refused") {
  const auto flat = fitted(WindowGeometry::square(2, 2, PaddingMode::valid), Shape{16});
  REQUIRE(!flat.ok());
  CHECK(flat.error().code == ErrorCode::shape_mismatch);
  CHECK(flat.error().message == "A conv2d layer takes images of height x width x channels, not 16.");

  const std::string reason = " does not fit an image of 4 x 6 x 1, or its padding is as wide as itself.";
  const auto wide = fitted(WindowGeometry::square(5, 1, PaddingMode::valid), Shape{4, 6, 1});
  REQUIRE(!wide.ok());
  CHECK(wide.error().message == "The window of a conv2d layer (5 x 5)" + reason);

  for (const engine::Padding& pads : {engine::Padding{3, 0, 0, 0}, {0, 3, 0, 0}, {0, 0, 3, 0}, {0, 0, 0, 3}}) {
    WindowGeometry geometry = WindowGeometry::square(3, 1, PaddingMode::valid);
    geometry.pads = pads;
    const auto padded = fitted(geometry, Shape{4, 6, 1});
    REQUIRE(!padded.ok());
    CHECK(padded.error().message == "The window of a conv2d layer (3 x 3)" + reason);
  }
}

}  // namespace mlsec
