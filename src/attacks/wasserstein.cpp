#include "attacks/wasserstein.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// The y with y + log y = c, by Newton's method for log y from above.
double omega(double c) {
  if (c < -700) return 0;
  double v = c > 1 ? log(c) : c;
  for (int step = 0; step < 20; ++step) {
    const double y = exp(v), change = (y + v - c) / (y + 1);
    v -= change;
    if (std::fabs(change) < 1e-12) break;
  }
  return exp(v);
}

}  // namespace

WassersteinBall::WassersteinBall(const Image& image, std::span<const float> original, threat::Box box, float lower,
                                 float width, const Wasserstein::Options& options)
    : image_(image),
      box_(std::move(box)),
      lower_(lower),
      width_(width),
      budget_(0),
      sharpness_(options.sharpness),
      iterations_(options.iterations),
      reach_(options.window / 2),
      row_of_(original.size()),
      column_of_(original.size()),
      mass_(original.size()),
      of_row_(original.size(), 0.0),
      of_column_(original.size(), 1.0) {
  for (std::size_t row = 0; row < image.rows; ++row)
    for (std::size_t column = 0; column < image.columns; ++column)
      for (std::size_t channel = 0; channel < image.channels; ++channel) {
        row_of_[image.at(row, column, channel)] = row;
        column_of_[image.at(row, column, channel)] = column;
      }
  for (std::size_t i = 0; i < mass_.size(); ++i) {
    mass_[i] = (double{original[i]} - lower_) / width_;
    lowest_.push_back((double{box_.lower()[i]} - lower_) / width_);
    highest_.push_back((double{box_.upper()[i]} - lower_) / width_);
    budget_ += options.distance * mass_[i];
  }
  for (int down = -reach_; down <= reach_; ++down)
    for (int right = -reach_; right <= reach_; ++right) cost_.push_back(std::sqrt(double(down * down + right * right)));
  kernel_.resize(cost_.size());
}

/// visit(feature, place in the window) for all features of the same channel in the window.
template <class Visit>
void WassersteinBall::for_each_neighbour(std::size_t feature, Visit visit) const {
  const auto row = static_cast<int>(row_of_[feature]), column = static_cast<int>(column_of_[feature]);
  const auto first = static_cast<std::ptrdiff_t>(feature);
  const int side = 2 * reach_ + 1;
  for (int r = std::max(0, row - reach_); r <= std::min(static_cast<int>(image_.rows) - 1, row + reach_); ++r)
    for (int c = std::max(0, column - reach_); c <= std::min(static_cast<int>(image_.columns) - 1, column + reach_);
         ++c)
      visit(static_cast<std::size_t>(first + (r - row) * static_cast<std::ptrdiff_t>(image_.row_stride) +
                                     (c - column) * static_cast<std::ptrdiff_t>(image_.column_stride)),
            static_cast<std::size_t>((r - row + reach_) * side + c - column + reach_));
}

std::pair<double, double> WassersteinBall::balance_rows() {
  for (std::size_t k = 0; k < cost_.size(); ++k) kernel_[k] = exp(std::max(-700.0, -price_ * cost_[k]));
  double spent = 0, fall = 0;
  for (std::size_t i = 0; i < mass_.size(); ++i) {
    double sum = 0, cost = 0, square = 0;
    for_each_neighbour(i, [&](std::size_t j, std::size_t k) {
      const double share = kernel_[k] * of_column_[j];
      sum += share;
      cost += share * cost_[k];
      square += share * cost_[k] * cost_[k];
    });
    of_row_[i] = mass_[i] > 0 ? mass_[i] / sum : 0;
    spent += of_row_[i] * cost;
    fall += of_row_[i] * square;
  }
  return {spent, fall};
}

// Block coordinate ascent of the dual. The plan is of_row[i] kernel[j - i] of_column[j].
void WassersteinBall::project(std::span<float> x) {
  const std::size_t size = x.size();
  std::vector<double> moved = mass_;
  for (int iteration = 0; iteration < iterations_; ++iteration) {
    const auto [spent, fall] = balance_rows();
    // Columns: what arrives, and what it would be if the plan were the projection's.
    double change = 0;
    for (std::size_t j = 0; j < size; ++j) {
      double sum = 0;
      for_each_neighbour(j, [&](std::size_t i, std::size_t k) { sum += kernel_[k] * of_row_[i]; });
      const double arrived = sum * of_column_[j];
      change = std::max(change, std::fabs(arrived - moved[j]));
      moved[j] = arrived;
      if (!(sum > 1e-300)) continue;
      // What lies farther outside gives the same column, and would leave the exponentials' range.
      const double target = std::clamp((double{x[j]} - lower_) / width_, lowest_[j] - 1, highest_[j] + 1);
      const double wanted = omega(sharpness_ * target + log(sharpness_ * sum)) / sharpness_;
      of_column_[j] = std::clamp(wanted, lowest_[j], highest_[j]) / sum;
    }
    const bool kept = spent <= budget_ * 1.001 && (price_ == 0 || spent >= budget_ * 0.999);
    if (iteration > 0 && change < 1e-5 && kept) break;
    // Newton's method for the price at which the budget is spent; 0 where it is not.
    if (fall > 0) price_ = std::max(0.0, price_ + (spent - budget_) / fall);
  }
  const double spent = balance_rows().first;
  const double share = spent > budget_ ? budget_ / spent : 1;
  std::vector<double> flow(size * cost_.size(), 0.0);
  moved = mass_;
  for (std::size_t i = 0; i < size; ++i)
    for_each_neighbour(i, [&](std::size_t j, std::size_t k) {
      const double amount = share * of_row_[i] * kernel_[k] * of_column_[j];
      if (i == j) return;
      flow[i * cost_.size() + k] = amount;
      moved[i] -= amount;
      moved[j] += amount;
    });
  keep_to_box(flow, moved);
  for (std::size_t j = 0; j < size; ++j) x[j] = static_cast<float>(lower_ + width_ * moved[j]);
  box_.clip(x);
}

// Columns meet the box only as the iterations end. Where one has too much, what came goes back, and where one has too
// little, what left does; this makes room or need elsewhere, and so is repeated.
void WassersteinBall::keep_to_box(std::vector<double>& flow, std::vector<double>& moved) const {
  const std::size_t places = cost_.size();
  for (int sweep = 0; sweep < 50; ++sweep) {
    double worst = 0;
    for (std::size_t j = 0; j < moved.size(); ++j) {
      const bool full = moved[j] > highest_[j];
      const double excess = full ? moved[j] - highest_[j] : lowest_[j] - moved[j];
      if (!(excess > 0)) continue;
      worst = std::max(worst, excess);
      const auto at = [&](std::size_t other, std::size_t k) -> double& {
        return full ? flow[other * places + places - 1 - k] : flow[j * places + k];
      };
      double total = 0;
      for_each_neighbour(j, [&](std::size_t i, std::size_t k) { total += at(i, k); });
      if (!(total > 0)) continue;
      const double share = std::min(1.0, excess / total);
      for_each_neighbour(j, [&](std::size_t i, std::size_t k) {
        const double back = share * at(i, k);
        at(i, k) -= back;
        moved[i] += full ? back : -back;
        moved[j] -= full ? back : -back;
      });
    }
    if (worst < 1e-7) return;
  }
}

Task<Point> Wasserstein::run(Attempt& attempt, const Options& options) {
  WassersteinBall ball(Image(attempt.input()), attempt.original(), attempt.box(), attempt.lower(), attempt.width(),
                       options);
  const CrossEntropy loss;
  Point x = attempt.start();
  for (int step = 0; step < options.steps; ++step) {
    const auto here = co_await attempt.gradient(x, loss);
    const double steepest = size_in(threat::Norm::linf, here.gradient);
    if (here.adversarial || !(steepest > 0)) co_return x;
    add_scaled(x, options.step_size * double{attempt.width()} / steepest, here.gradient);
    ball.project(x);
  }
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
