#include "attacks/jsma.hpp"

#include <algorithm>
#include <cmath>

#include "attacks/features.hpp"
#include "attacks/linearisation.hpp"
#include "base/math.hpp"

namespace mlsec::attacks {

namespace {

/// For each feature the slope of the aimed-at output and of all others together.
struct Slopes {
  std::vector<double> aim, others;
};

/// Makes slopes of logits those of probabilities, but for the factor p(aim), which is the same for all features and may
/// be too small for a float: dp(t) = p(t) (dz(t) - sum over k of p(k) dz(k)), and all probabilities together are 1.
void weigh_by_probabilities(Slopes& slopes, const JacobianAnswer& here, double sign) {
  const double largest = *std::max_element(here.logits.begin(), here.logits.end());
  std::vector<double> share(here.logits.size());
  double sum = 0;
  for (std::size_t k = 0; k < share.size(); ++k) sum += share[k] = exp(std::max(-700.0, here.logits[k] - largest));
  for (std::size_t k = 0; k < share.size(); ++k)
    for (std::size_t i = 0; i < slopes.aim.size(); ++i) slopes.aim[i] -= sign * share[k] / sum * double{here.of(k)[i]};
  for (std::size_t i = 0; i < slopes.aim.size(); ++i) slopes.others[i] = -slopes.aim[i];
}

Slopes slopes_of(const JacobianAnswer& here, std::size_t aim, double sign) {
  const std::size_t features = here.of(0).size();
  Slopes slopes{std::vector<double>(features), std::vector<double>(features, 0.0)};
  for (std::size_t k = 0; k < here.logits.size(); ++k)
    for (std::size_t i = 0; i < features; ++i) {
      const double slope = sign * double{here.of(k)[i]};
      if (k == aim)
        slopes.aim[i] = slope;
      else
        slopes.others[i] += slope;
    }
  return slopes;
}

/// The saliency of features that change together: how much the class gains times how much the others lose.
double saliency(double aim, double others) { return aim > 0 && others < 0 ? -aim * others : 0; }

/// Leaves the two steepest of the changed features and of the unchanged ones: where what one class gains the others
/// lose, no other can be in the best pair.
void keep_steepest(std::vector<std::uint32_t>& open, std::span<const double> slopes, const std::vector<bool>& changed) {
  std::size_t kept = 0;
  for (int round = 0; round < 4; ++round) {
    std::size_t best = open.size();
    for (std::size_t i = kept; i < open.size(); ++i)
      if (changed[open[i]] == (round < 2) && (best == open.size() || slopes[open[i]] > slopes[open[best]])) best = i;
    if (best < open.size()) std::swap(open[kept++], open[best]);
  }
  open.resize(kept);
}

}  // namespace

Task<Point> Jsma::run(Attempt& attempt, const Options& options) {
  const auto lower = attempt.box().lower(), upper = attempt.box().upper();
  const auto step = static_cast<float>(options.theta * (double{attempt.upper()} - double{attempt.lower()}));
  Point x = attempt.start();
  const auto allowed =
      std::max<std::size_t>(2, static_cast<std::size_t>(options.gamma * static_cast<double>(x.size())));
  std::vector<bool> changed(x.size(), false);
  std::vector<std::uint32_t> open;  // features that can still go on
  std::size_t count = 0;
  std::optional<std::size_t> aim = attempt.criterion().target;
  while (step != 0) {
    const auto here = co_await attempt.jacobian(x);
    if (here.adversarial) break;
    if (!aim) aim = likely_classes(here.logits, attempt.criterion().label, 1)[0];
    open.clear();
    for (std::size_t i = 0; i < x.size(); ++i)
      if ((step > 0 ? x[i] < upper[i] : x[i] > lower[i]) && (changed[i] || count < allowed))
        open.push_back(static_cast<std::uint32_t>(i));
    Slopes slopes = slopes_of(here, *aim, step > 0 ? 1 : -1);
    if (options.probabilities) {
      weigh_by_probabilities(slopes, here, step > 0 ? 1 : -1);
      keep_steepest(open, slopes.aim, changed);
    }
    double best = 0;
    std::size_t chosen[2] = {x.size(), x.size()};
    if (options.pairs) {
      for (std::size_t a = 0; a < open.size(); ++a)
        for (std::size_t b = 0; b < a; ++b) {
          const std::size_t p = open[a], q = open[b];
          const double value = saliency(slopes.aim[p] + slopes.aim[q], slopes.others[p] + slopes.others[q]);
          if (value <= best || count + !changed[p] + !changed[q] > allowed) continue;
          best = value;
          chosen[0] = p;
          chosen[1] = q;
        }
    } else {
      for (std::uint32_t p : open) {
        const double value = saliency(slopes.aim[p], slopes.others[p]);
        if (value <= best) continue;
        best = value;
        chosen[0] = p;
      }
    }
    if (best == 0) break;
    for (std::size_t i : chosen) {
      if (i == x.size()) continue;
      x[i] = std::clamp(x[i] + step, lower[i], upper[i]);
      count += !changed[i];
      changed[i] = true;
    }
  }
  co_return x;
}

}  // namespace mlsec::attacks
