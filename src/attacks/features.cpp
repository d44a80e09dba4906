#include "attacks/features.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "threat/order.hpp"

namespace mlsec::attacks {

double dot(std::span<const float> a, std::span<const float> b) {
  // In four sums: one alone would wait for each addition.
  constexpr std::size_t lanes = 4;
  std::array<double, lanes> sums{};
  std::size_t i = 0;
  for (; i + lanes <= a.size(); i += lanes)
    for (std::size_t lane = 0; lane < lanes; ++lane) sums[lane] += double{a[i + lane]} * double{b[i + lane]};
  for (; i < a.size(); ++i) sums[i % lanes] += double{a[i]} * double{b[i]};
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

double length(std::span<const float> a) { return std::sqrt(dot(a, a)); }

[[clang::minsize]] double size_in(threat::Norm norm, std::span<const float> a) {
  if (norm == threat::Norm::l2) return length(a);
  double count = 0, sum = 0, largest = 0;
  for (float value : a) {
    const double size = std::fabs(double{value});
    count += size != 0;
    sum += size;
    largest = std::max(largest, size);
  }
  return norm == threat::Norm::l0 ? count : norm == threat::Norm::l1 ? sum : largest;
}

void add_scaled(std::span<float> x, double factor, std::span<const float> direction) {
  const auto f = static_cast<float>(factor);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += f * direction[i];
}

void scale(std::span<float> x, double factor) {
  const auto f = static_cast<float>(factor);
  for (float& value : x) value *= f;
}

void add_signs(std::span<float> x, double size, std::span<const float> direction) {
  const auto s = static_cast<float>(size);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] += direction[i] > 0 ? s : (direction[i] < 0 ? -s : 0.0f);
}

void subtract(std::span<float> out, std::span<const float> a, std::span<const float> b) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = a[i] - b[i];
}

void interpolate(std::span<float> out, std::span<const float> from, std::span<const float> to, double share) {
  for (std::size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<float>((1 - share) * double{from[i]} + share * double{to[i]});
}

void fill_normal(std::span<float> out, Random& random) {
  for (float& value : out) value = random.normal();
}

void fill_uniform(std::span<float> out, Random& random, float low, float high) {
  for (float& value : out) value = random.uniform(low, high);
}

void fill_uniform(std::span<float> out, Random& random, const threat::Box& box) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = random.uniform(box.lower()[i], box.upper()[i]);
}

[[clang::minsize]] bool step_to_hyperplane(threat::Norm norm, std::span<float> x, std::span<const float> normal,
                                           double wanted, const threat::Box& box) {
  using threat::Norm;
  const double sign = wanted < 0 ? -1 : 1;
  const double goal = std::fabs(wanted);
  const auto lower = box.lower(), upper = box.upper();
  // How far each feature can go, and what each unit of its way gives.
  std::vector<double> room(x.size()), slope(x.size());
  double most = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double n = sign * double{normal[i]};
    slope[i] = std::fabs(n);
    room[i] = std::max(0.0, n > 0 ? double{upper[i]} - double{x[i]} : n < 0 ? double{x[i]} - double{lower[i]} : 0);
    most += slope[i] * room[i];
  }
  const bool possible = most >= goal && std::isfinite(most);
  std::vector<double> way(x.size(), 0.0);
  if (!possible) {
    way = room;
  } else if (norm == Norm::l2 || norm == Norm::linf) {
    const auto rate = [&](std::size_t i) { return norm == Norm::l2 ? slope[i] : (slope[i] > 0 ? 1.0 : 0.0); };
    double t = 0;
    for (std::size_t round = 0; round <= x.size(); ++round) {
      double reached = 0, growth = 0;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double here = t * rate(i);
        reached += slope[i] * std::min(here, room[i]);
        if (here < room[i]) growth += slope[i] * rate(i);
      }
      if (!(growth > 0) || goal - reached <= 1e-14 * goal) break;
      t += (goal - reached) / growth;
    }
    for (std::size_t i = 0; i < x.size(); ++i) way[i] = std::min(t * rate(i), room[i]);
  } else {
    std::vector<double> gain(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
      gain[i] = norm == Norm::l1 ? (room[i] > 0 ? slope[i] : 0) : slope[i] * room[i];
    double left = goal;
    for (std::uint32_t i : threat::descending(gain)) {
      if (left <= 0 || gain[i] == 0) break;
      way[i] = std::min(room[i], left / slope[i]);
      left -= way[i] * slope[i];
    }
  }
  for (std::size_t i = 0; i < x.size(); ++i)
    if (way[i] > 0) x[i] = static_cast<float>(double{x[i]} + (sign * double{normal[i]} > 0 ? way[i] : -way[i]));
  box.clip(x);
  return possible;
}

void Adam::step(std::span<float> w, std::span<const float> gradient) {
  first_ *= 0.9;
  second_ *= 0.999;
  const auto rate = static_cast<float>(rate_ * std::sqrt(1 - second_) / (1 - first_));
  for (std::size_t i = 0; i < w.size(); ++i) {
    m_[i] += 0.1f * (gradient[i] - m_[i]);
    v_[i] += 0.001f * (gradient[i] * gradient[i] - v_[i]);
    w[i] -= rate * m_[i] / (std::sqrt(v_[i]) + 1e-8f);
  }
}

}  // namespace mlsec::attacks
