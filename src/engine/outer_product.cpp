#include "engine/outer_product.hpp"

#include <algorithm>

#include "engine/vector.hpp"

namespace mlsec::engine {

namespace {

// A tile of R x 8 entries of the sum, held in registers over all terms. Loads of a and b are contiguous as they lie.
template <std::size_t R>
void add_tile(std::size_t terms, std::size_t rows, std::size_t columns, const float* a, const float* b, float* sum) {
  Float4 left[R], right[R];
  for (std::size_t r = 0; r < R; ++r) {
    left[r] = load4(sum + r * columns);
    right[r] = load4(sum + r * columns + 4);
  }
  for (std::size_t k = 0; k < terms; ++k, a += rows, b += columns) {
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

void add_narrow(std::size_t terms, std::size_t rows, std::size_t columns, std::size_t width, const float* a,
                const float* b, float* sum) {
  for (std::size_t j = 0; j < width; ++j) {
    float total = sum[j];
    for (std::size_t k = 0; k < terms; ++k) total = multiply_add(a[k * rows], b[k * columns + j], total);
    sum[j] = total;
  }
}

void add_block(std::size_t terms, std::size_t rows, std::size_t columns, const float* a, const float* b, float* sum) {
  std::size_t j = 0;
  for (; j + 8 <= columns; j += 8) {
    std::size_t i = 0;
    for (; i + 4 <= rows; i += 4) add_tile<4>(terms, rows, columns, a + i, b + j, sum + i * columns + j);
    for (; i < rows; ++i) add_tile<1>(terms, rows, columns, a + i, b + j, sum + i * columns + j);
  }
  if (j < columns)
    for (std::size_t i = 0; i < rows; ++i)
      add_narrow(terms, rows, columns, columns - j, a + i, b + j, sum + i * columns + j);
}

}  // namespace

void add_outer_products(std::size_t terms, std::size_t rows, std::size_t columns, const float* a, const float* b,
                        float* sum) {
  constexpr std::size_t block = 256;  // the terms whose slices of a and b stay in the first-level cache
  for (std::size_t first = 0; first < terms; first += block)
    add_block(std::min(block, terms - first), rows, columns, a + first * rows, b + first * columns, sum);
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
