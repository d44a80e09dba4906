// Sums of outer products, the shape of every weight gradient.
#pragma once

#include <cstddef>

namespace mlsec::engine {

/// sum += a^T b, where a is terms x rows, b is terms x columns and sum is rows x columns. Terms are added in their
/// order, one accumulator an entry of sum.
void add_outer_products(std::size_t terms, std::size_t rows, std::size_t columns, const float* a, const float* b,
                        float* sum);

/// product[i][j] = a[i] * b[j].
void outer_product(std::size_t rows, std::size_t columns, const float* a, const float* b, float* product);

/// sum[j] += the sum over i of matrix[i][j], in the order of i.
void add_rows(std::size_t rows, std::size_t columns, const float* matrix, float* sum);

}  // namespace mlsec::engine
