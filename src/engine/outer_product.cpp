#include "engine/outer_product.hpp"

#include <algorithm>
#include <cstring>

#include "engine/vector.hpp"

namespace mlsec::engine {

namespace {

constexpr std::size_t width = 8;
// The terms whose slices of a and b stay in the first-level cache.
constexpr std::size_t block = 256;

// A tile of R x 8 entries of the sum, held in registers over all terms. `b` is packed: eight numbers a term.
template <std::size_t R>
void add_tile(std::size_t terms, std::size_t rows, std::size_t columns, const float* a, const float* b, float* sum) {
  Float4 left[R], right[R];
  for (std::size_t r = 0; r < R; ++r) {
    left[r] = load4(sum + r * columns);
    right[r] = load4(sum + r * columns + 4);
  }
  for (std::size_t k = terms; k > 0; --k, a += rows, b += width) {
    const Float4 b_left = load4(b), b_right = load4(b + 4);
    for (std::size_t r = 0; r < R; ++r) {
      const Float4 factor = splat4(a[r]);
      left[r] = multiply_add(factor, b_left, left[r]);
      right[r] = multiply_add(factor, b_right, right[r]);
    }
  }
  for (std::size_t r = 0; r < R; ++r) {
    store4(sum + r * columns, left[r]);
    store4(sum + r * columns + 4, right[r]);
  }
}

// Columns j ... j + count - 1, through a panel of them.
void add_panel(std::size_t terms, std::size_t rows, std::size_t columns, std::size_t count, const float* a,
               const float* b, float* sum) {
  float panel[block * width];
  if (count < width) std::memset(panel, 0, terms * width * sizeof(float));
  for (std::size_t k = 0; k < terms; ++k) copy_run(panel + k * width, b + k * columns, count);
  float tile[4 * width];
  for (std::size_t i = 0; i < rows; i += 4) {
    const std::size_t some = std::min<std::size_t>(4, rows - i);
    const bool whole = count == width && some == 4;
    if (whole) {
      add_tile<4>(terms, rows, columns, a + i, panel, sum + i * columns);
      continue;
    }
    for (std::size_t r = 0; r < some; ++r) copy_run(tile + r * width, sum + (i + r) * columns, count);
    if (some == 4)
      add_tile<4>(terms, rows, width, a + i, panel, tile);
    else
      for (std::size_t r = 0; r < some; ++r) add_tile<1>(terms, rows, width, a + i + r, panel, tile + r * width);
    for (std::size_t r = 0; r < some; ++r) copy_run(sum + (i + r) * columns, tile + r * width, count);
  }
}

// One term after another: with so few, moving the sum through registers in tiles costs more than it saves.
void add_term(std::size_t rows, std::size_t columns, const float* a, const float* b, float* sum) {
  for (std::size_t i = 0; i < rows; ++i, sum += columns) {
    const Float4 factor = splat4(a[i]);
    std::size_t j = 0;
    for (; j + 4 <= columns; j += 4) store4(sum + j, multiply_add(factor, load4(b + j), load4(sum + j)));
    for (; j < columns; ++j) sum[j] = multiply_add(a[i], b[j], sum[j]);
  }
}

}  // namespace

void add_outer_products(std::size_t terms, std::size_t rows, std::size_t columns, const float* a, const float* b,
                        float* sum) {
  constexpr std::size_t few = 4;
  if (terms < few) {
    for (std::size_t k = 0; k < terms; ++k) add_term(rows, columns, a + k * rows, b + k * columns, sum);
    return;
  }
  for (std::size_t first = 0; first < terms; first += block)
    for (std::size_t j = 0; j < columns; j += width)
      add_panel(std::min(block, terms - first), rows, columns, std::min(width, columns - j), a + first * rows,
                b + first * columns + j, sum + j);
}

void outer_product(std::size_t rows, std::size_t columns, const float* a, const float* b, float* product) {
  for (std::size_t i = 0; i < rows; ++i, product += columns) {
    const float factor = a[i];
    for (std::size_t j = 0; j < columns; ++j) product[j] = factor * b[j];
  }
}

void add_rows(std::size_t rows, std::size_t columns, const float* matrix, float* sum) {
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) sum[j] += matrix[i * columns + j];
}

}  // namespace mlsec::engine
