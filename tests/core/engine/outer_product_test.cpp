#include "engine/outer_product.hpp"

#include <doctest/doctest.h>

#include "engine/vector.hpp"
#include "tests/core/engine/shapes.hpp"
#include "tests/core/support/compare.hpp"
#include "tests/core/support/random_values.hpp"

namespace mlsec {
namespace {

using test::random_tensor;
using test::rows_by;

}  // namespace

TEST_CASE("outer products are added term by term, each entry in one accumulator") {
  // Tiles are 4 x 8 entries and blocks 256 terms: sizes below, at and above each.
  for (std::size_t terms : {0u, 1u, 3u, 255u, 256u, 257u, 600u})
    for (std::size_t rows : {1u, 3u, 4u, 5u, 9u})
      for (std::size_t columns : {1u, 7u, 8u, 9u, 17u}) {
        CAPTURE(terms);
        CAPTURE(rows);
        CAPTURE(columns);
        const Tensor a = random_tensor(rows_by(terms, rows), 1), b = random_tensor(rows_by(terms, columns), 2);
        Tensor sum = random_tensor(rows_by(rows, columns), 3);
        Tensor expected = sum.copy();
        engine::add_outer_products(terms, rows, columns, a.data(), b.data(), sum.data());
        for (std::size_t k = 0; k < terms; ++k)
          for (std::size_t i = 0; i < rows; ++i)
            for (std::size_t j = 0; j < columns; ++j)
              expected[i * columns + j] =
                  engine::multiply_add(a[k * rows + i], b[k * columns + j], expected[i * columns + j]);
        CHECK(test::same_bytes(sum.values(), expected.values()));
      }
}

TEST_CASE("outer products are right in double too") {
  const std::size_t terms = 300, rows = 6, columns = 11;
  const Tensor a = random_tensor(rows_by(terms, rows), 4), b = random_tensor(rows_by(terms, columns), 5);
  Tensor sum = Tensor::filled(rows_by(rows, columns), 2);
  engine::add_outer_products(terms, rows, columns, a.data(), b.data(), sum.data());
  std::vector<double> expected(rows * columns, 2);
  for (std::size_t k = 0; k < terms; ++k)
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        expected[i * columns + j] += double{a[k * rows + i]} * double{b[k * columns + j]};
  CHECK(test::largest_error(sum.values(), expected) < 1e-5);
}

TEST_CASE("one outer product overwrites what was there") {
  for (std::size_t rows : {1u, 3u})
    for (std::size_t columns : {1u, 4u, 13u}) {
      const Tensor a = random_tensor(rows_by(1, rows), 8), b = random_tensor(rows_by(1, columns), 9);
      Tensor product = Tensor::filled(rows_by(rows, columns), 7);
      engine::outer_product(rows, columns, a.data(), b.data(), product.data());
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) CHECK(product[i * columns + j] == a[i] * b[j]);
    }
}

TEST_CASE("rows are added in their order") {
  for (std::size_t rows : {0u, 1u, 5u, 100u})
    for (std::size_t columns : {1u, 4u, 13u}) {
      const Tensor matrix = random_tensor(rows_by(rows, columns), 6);
      Tensor sum = random_tensor(rows_by(1, columns), 7);
      Tensor expected = sum.copy();
      engine::add_rows(rows, columns, matrix.data(), sum.data());
      for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t j = 0; j < columns; ++j) expected[j] += matrix[i * columns + j];
      CHECK(test::same_bytes(sum.values(), expected.values()));
    }
}

}  // namespace mlsec
