#include "nn/operations/matmul.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "engine/transpose.hpp"
#include "nn/node_writer.hpp"

namespace mlsec::nn {

namespace {

// y (rows x columns) = x (rows x terms) w, where w is terms x columns, or the transpose of columns x terms.
void product(engine::PackedWeights& packed, std::vector<std::size_t>& offsets, std::size_t rows, std::size_t terms,
             std::size_t columns, const float* x, const float* w, bool transposed, float* y) {
  packed.resize(terms, columns);
  if (transposed)
    for (std::size_t column = 0; column < columns; ++column) packed.set_output(column, w + column * terms);
  else
    for (std::size_t term = 0; term < terms; ++term) packed.set_input(term, w + term * columns);
  offsets.resize(rows);
  for (std::size_t row = 0; row < rows; ++row) offsets[row] = row * terms;
  static constexpr std::ptrdiff_t start[1] = {0};
  packed.multiply(x, offsets, {start, terms}, engine::only_products, y, columns);
}

std::vector<float> transposed(std::size_t rows, std::size_t columns, const float* from) {
  std::vector<float> to(rows * columns);
  engine::transpose(rows, columns, from, to.data());
  return to;
}

// The last two axes exchanged.
AxisOrder transposed_order(std::size_t rank) {
  AxisOrder order = plain_order(rank);
  std::swap(order[rank - 2], order[rank - 1]);
  return order;
}

}  // namespace

Result<std::unique_ptr<Operation>> MatMul::read(NodeContext& context) {
  const std::size_t rank = context.rank();
  if (rank < 2 || context.rank(1) != rank)
    return context.refuse("values are only multiplied where both are matrices for each sample");
  MLSEC_TRY_VOID(context.arrange(plain_order(rank)));
  const bool transposed = context.value(1).order == transposed_order(rank);
  if (!transposed) MLSEC_TRY_VOID(context.arrange(plain_order(rank), 1));
  return std::unique_ptr<Operation>(std::make_unique<MatMul>(Options{transposed}));
}

Result<NodeDescription> MatMul::write(NodeWriter& writer) const {
  const std::size_t rank = writer.output_shape().rank();
  writer.arrange(plain_order(rank));
  writer.arrange(transpose_b_ ? transposed_order(rank) : plain_order(rank), 1);
  return writer.node("MatMul");
}

Result<Shape> MatMul::connect(std::span<const Shape> inputs) {
  const auto misfit = [&] {
    return Error{ErrorCode::shape_mismatch, "from",
                 sentence({"A matmul layer cannot multiply ", to_text(inputs[0]), " by ",
                           inputs.size() == 2 ? to_text(inputs[1]) : std::string("nothing"), "."})};
  };
  if (inputs.size() != 2 || inputs[0].rank() < 2 || inputs[1].rank() != inputs[0].rank()) return misfit();
  const std::size_t rank = inputs[0].rank();
  const Shape &a = inputs[0], &b = inputs[1];
  for (std::size_t axis = 0; axis + 2 < rank; ++axis)
    if (a[axis] != b[axis]) return misfit();
  const std::int64_t terms = b[transpose_b_ ? rank - 1 : rank - 2], columns = b[transpose_b_ ? rank - 2 : rank - 1];
  if (terms != a[rank - 1]) return misfit();
  const auto u = [](std::int64_t extent) { return static_cast<std::size_t>(extent); };
  m_ = u(a[rank - 2]);
  k_ = u(terms);
  n_ = u(columns);
  matrices_ = a.count() / (m_ * k_);
  Shape output = a;
  output[rank - 1] = columns;
  if (output.count() > maximum_elements) return too_large();
  return output;
}

void MatMul::multiply(std::size_t rows, const float* a, const float* b, float* y) {
  for (std::size_t i = 0; i < rows * matrices_; ++i)
    product(packed_, offsets_, m_, k_, n_, a + i * m_ * k_, b + i * k_ * n_, transpose_b_, y + i * m_ * n_);
}

// da = dy b^T and db = a^T dy, transposed where b was.
void MatMul::multiply_back(std::size_t rows, std::size_t which, const float* dy, const float* other, float* to) {
  for (std::size_t i = 0; i < rows * matrices_; ++i) {
    const float* d = dy + i * m_ * n_;
    if (which == 0) {
      product(packed_, offsets_, m_, n_, k_, d, other + i * k_ * n_, !transpose_b_, to + i * m_ * k_);
    } else if (transpose_b_) {
      const auto columns = transposed(m_, n_, d);
      product(packed_, offsets_, n_, m_, k_, columns.data(), other + i * m_ * k_, false, to + i * n_ * k_);
    } else {
      const auto columns = transposed(m_, k_, other + i * m_ * k_);
      product(packed_, offsets_, k_, m_, n_, columns.data(), d, false, to + i * k_ * n_);
    }
  }
}

void MatMul::forward(const ForwardCall& call) { multiply(call.rows, call.inputs[0], call.inputs[1], call.output); }

Result<void> MatMul::backward_input(const BackwardCall& call, std::size_t which, float* input_cotangent) {
  multiply_back(call.rows, which, call.output_cotangent, call.inputs[1 - which], input_cotangent);
  return {};
}

Result<void> MatMul::forward_tangent(const TangentCall& call) {
  std::vector<float> second(call.rows * matrices_ * m_ * n_);
  multiply(call.rows, call.input_tangents[0], call.inputs[1], call.output_tangent);
  multiply(call.rows, call.inputs[0], call.input_tangents[1], second.data());
  for (std::size_t i = 0; i < second.size(); ++i) call.output_tangent[i] += second[i];
  return {};
}

Result<void> MatMul::backward_input_tangent(const BackwardTangentCall& call, std::size_t which,
                                            float* input_cotangent_tangent) {
  const BackwardCall& primal = call.primal;
  std::vector<float> second(primal.rows * matrices_ * (which == 0 ? m_ * k_ : k_ * n_));
  multiply_back(primal.rows, which, call.output_cotangent_tangent, primal.inputs[1 - which], input_cotangent_tangent);
  multiply_back(primal.rows, which, primal.output_cotangent, call.input_tangents[1 - which], second.data());
  for (std::size_t i = 0; i < second.size(); ++i) input_cotangent_tangent[i] += second[i];
  return {};
}

}  // namespace mlsec::nn
