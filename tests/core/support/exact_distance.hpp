// The true distance to the decision boundary of a small network, by looking into each of its linear pieces.
#pragma once

#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "model/network_model.hpp"
#include "tests/core/support/compare.hpp"
#include "threat/norm.hpp"

namespace mlsec::test {

using Vector = std::vector<double>;

/// The half-spaces normal . d >= bound.
struct HalfSpaces {
  std::vector<Vector> normals;
  Vector bounds;
  void add(Vector normal, double bound) {
    normals.push_back(std::move(normal));
    bounds.push_back(bound);
  }
};

/// The solution of a small symmetric positive definite system, by Cholesky's method; nothing where it is not one.
inline std::optional<Vector> solve(std::vector<Vector> a, Vector b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    if (!(a[j][j] > 1e-22)) return std::nullopt;
    a[j][j] = std::sqrt(a[j][j]);
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/// The shortest vector in an intersection of half-spaces, or nothing where it is empty: least distance programming by
/// non-negative least squares (Lawson and Hanson, "Solving least squares problems", 1974, chapter 23).
inline std::optional<Vector> shortest(const HalfSpaces& spaces) {
  const std::size_t count = spaces.bounds.size(), n = spaces.normals[0].size();
  // E = (normals, bounds) transposed, (n + 1) x count; f = (0, ..., 0, 1).
  const auto entry = [&](std::size_t row, std::size_t column) {
    return row < n ? spaces.normals[column][row] : spaces.bounds[column];
  };
  Vector u(count, 0.0), residual(n + 1);
  std::vector<bool> passive(count, false);
  const auto update_residual = [&] {
    for (std::size_t row = 0; row <= n; ++row) {
      residual[row] = row == n ? 1 : 0;
      for (std::size_t j = 0; j < count; ++j) residual[row] -= entry(row, j) * u[j];
    }
  };
  update_residual();
  for (int round = 0; round < 200; ++round) {
    std::size_t best = count;
    double steepest = 1e-11;
    for (std::size_t j = 0; j < count; ++j) {
      if (passive[j]) continue;
      double slope = 0;
      for (std::size_t row = 0; row <= n; ++row) slope += entry(row, j) * residual[row];
      if (slope > steepest) {
        steepest = slope;
        best = j;
      }
    }
    if (best == count) break;
    passive[best] = true;
    for (int inner = 0; inner < 200; ++inner) {
      std::vector<std::size_t> set;
      for (std::size_t j = 0; j < count; ++j)
        if (passive[j]) set.push_back(j);
      std::vector<Vector> normal_matrix(set.size(), Vector(set.size(), 0.0));
      Vector right(set.size(), 0.0);
      for (std::size_t a = 0; a < set.size(); ++a) {
        right[a] = entry(n, set[a]);
        for (std::size_t b = 0; b < set.size(); ++b)
          for (std::size_t row = 0; row <= n; ++row) normal_matrix[a][b] += entry(row, set[a]) * entry(row, set[b]);
      }
      const auto solution = solve(normal_matrix, right);
      if (!solution) {  // the new column depends on the others
        passive[best] = false;
        u[best] = 0;
        break;
      }
      double share = 1;
      for (std::size_t a = 0; a < set.size(); ++a)
        if ((*solution)[a] <= 0) share = std::min(share, u[set[a]] / (u[set[a]] - (*solution)[a]));
      for (std::size_t a = 0; a < set.size(); ++a) u[set[a]] += share * ((*solution)[a] - u[set[a]]);
      if (share == 1) break;
      for (std::size_t j : set)
        if (u[j] <= 1e-15) {
          u[j] = 0;
          passive[j] = false;
        }
    }
    update_residual();
  }
  if (residual[n] < 1e-10) return std::nullopt;
  Vector d(n);
  for (std::size_t i = 0; i < n; ++i) d[i] = -residual[i] / residual[n];
  for (std::size_t j = 0; j < count; ++j) {
    double value = -spaces.bounds[j], scale = std::fabs(spaces.bounds[j]);
    for (std::size_t i = 0; i < n; ++i) {
      value += spaces.normals[j][i] * d[i];
      scale += std::fabs(spaces.normals[j][i] * d[i]);
    }
    if (value < -1e-7 * (1 + scale)) return std::nullopt;
  }
  return d;
}

/// Dense, relu, dense over a box: what models.hpp and toy_models.hpp call a random network. For each pattern of the
/// hidden units the network is affine, and the adversarial points of the pattern are an intersection of half-spaces.
class ExactDistance {
 public:
  explicit ExactDistance(model::NetworkModel& model)
      : lower_(double{model.input().lower}), upper_(double{model.input().upper}) {
    const auto parameters = model.network().parameters();
    MLSEC_CHECK(parameters.size() == 4);
    const auto matrix = [](const Tensor& tensor) {
      std::vector<Vector> rows;
      const auto width = static_cast<std::size_t>(tensor.shape()[1]);
      for (std::size_t i = 0; i < tensor.size(); i += width)
        rows.push_back(to_doubles(tensor.values().subspan(i, width)));
      return rows;
    };
    first_ = matrix(parameters[0]->value);
    first_bias_ = to_doubles(parameters[1]->value.values());
    second_ = matrix(parameters[2]->value);
    second_bias_ = to_doubles(parameters[3]->value.values());
  }

  /// The smallest ||d|| for which some other logit is at least the label's at x + d; infinite where there is none.
  double operator()(std::span<const float> x, std::size_t label, threat::Norm norm) const {
    // Pieces in the order of their distances in l2, which bound those in the other norms from below.
    std::vector<std::pair<double, HalfSpaces>> pieces;
    for (std::uint32_t pattern = 0; pattern < (1u << first_.size()); ++pattern)
      for (std::size_t other = 0; other < second_.size(); ++other) {
        if (other == label) continue;
        HalfSpaces spaces = piece(x, label, other, pattern);
        const auto d = shortest(spaces);
        if (!d) continue;
        double l2 = 0;
        for (double value : *d) l2 += value * value;
        pieces.emplace_back(std::sqrt(l2), std::move(spaces));
      }
    std::sort(pieces.begin(), pieces.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    double best = infinity;
    const double stretch = norm == threat::Norm::linf ? std::sqrt(static_cast<double>(x.size())) : 1;
    for (const auto& [l2, spaces] : pieces) {
      if (norm != threat::Norm::l0 && l2 >= best * stretch) break;
      best = std::min(best, within(spaces, norm, best));
    }
    return best;
  }

 private:
  HalfSpaces piece(std::span<const float> x, std::size_t label, std::size_t other, std::uint32_t pattern) const {
    const std::size_t n = x.size();
    HalfSpaces spaces;
    Vector slope(n, 0.0);
    double margin = second_bias_[other] - second_bias_[label];
    for (std::size_t unit = 0; unit < first_.size(); ++unit) {
      const double sign = pattern >> unit & 1 ? 1 : -1;
      Vector normal(n);
      double here = first_bias_[unit];
      for (std::size_t i = 0; i < n; ++i) {
        here += first_[unit][i] * double{x[i]};
        normal[i] = sign * first_[unit][i];
      }
      spaces.add(normal, -sign * here);
      if (sign < 0) continue;
      const double weight = second_[other][unit] - second_[label][unit];
      margin += weight * here;
      for (std::size_t i = 0; i < n; ++i) slope[i] += weight * first_[unit][i];
    }
    spaces.add(slope, -margin);
    for (std::size_t i = 0; i < n; ++i) {
      Vector axis(n, 0.0);
      axis[i] = 1;
      spaces.add(axis, lower_ - double{x[i]});
      axis[i] = -1;
      spaces.add(axis, double{x[i]} - upper_);
    }
    return spaces;
  }

  static double within(const HalfSpaces& spaces, threat::Norm norm, double best) {
    const std::size_t n = spaces.normals[0].size();
    if (norm == threat::Norm::l0) {
      for (std::uint32_t features = 0; features < (1u << n); ++features) {
        const int size = __builtin_popcount(features);
        if (size >= best) continue;
        HalfSpaces fewer = spaces;
        for (Vector& normal : fewer.normals)
          for (std::size_t i = 0; i < n; ++i)
            if (!(features >> i & 1)) normal[i] = 0;
        if (shortest(fewer)) best = size;
      }
      return best;
    }
    const auto d = shortest(spaces);
    if (!d) return infinity;
    double l1 = 0, l2 = 0, linf = 0;
    for (double value : *d) {
      l1 += std::fabs(value);
      l2 += value * value;
      linf = std::max(linf, std::fabs(value));
    }
    if (norm == threat::Norm::l2) return std::sqrt(l2);
    // Bisection on the radius of the ball that still meets the piece.
    double low = 0, high = norm == threat::Norm::l1 ? l1 : linf;
    if (high > best) {
      if (!meets(spaces, norm, best)) return infinity;
      high = best;
    }
    while (high - low > 1e-7 * high) {
      const double middle = (low + high) / 2;
      (meets(spaces, norm, middle) ? high : low) = middle;
    }
    return high;
  }

  static bool meets(HalfSpaces spaces, threat::Norm norm, double radius) {
    const std::size_t n = spaces.normals[0].size();
    if (norm == threat::Norm::linf) {
      for (std::size_t i = 0; i < n; ++i)
        for (double sign : {-1.0, 1.0}) {
          Vector axis(n, 0.0);
          axis[i] = sign;
          spaces.add(axis, -radius);
        }
    } else {
      for (std::uint32_t signs = 0; signs < (1u << n); ++signs) {
        Vector normal(n);
        for (std::size_t i = 0; i < n; ++i) normal[i] = signs >> i & 1 ? 1 : -1;
        spaces.add(normal, -radius);
      }
    }
    return shortest(spaces).has_value();
  }

  double lower_, upper_;
  std::vector<Vector> first_, second_;  // hidden x inputs, classes x hidden
  Vector first_bias_, second_bias_;
};

}  // namespace mlsec::test
