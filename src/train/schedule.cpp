#include "train/schedule.hpp"

#include <cmath>

#include "base/math.hpp"

namespace mlsec::train {

namespace {

// From `from` (progress 0) to `to` (progress 1).
double along_cosine(double from, double to, double progress) {
  return to + (from - to) * 0.5 * (1 + cos_turn(progress / 2));
}

double one_cycle(double rate, double progress) {
  constexpr double rising = 0.3, start = 25, end = 1e4;
  if (progress < rising) return along_cosine(rate / start, rate, progress / rising);
  return along_cosine(rate, rate / start / end, (progress - rising) / (1 - rising));
}

}  // namespace

double learning_rate(const TrainOptions& options, std::size_t batch, std::size_t total, std::size_t batches_an_epoch) {
  const double rate = options.rate(), done = static_cast<double>(batch);
  const double warm_up = options.warm_up * static_cast<double>(batches_an_epoch);
  if (done < warm_up) return rate * (done + 1) / std::ceil(warm_up);
  const double remaining = static_cast<double>(total) - warm_up;
  const double progress = (done - warm_up) / remaining;
  switch (options.schedule) {
    case Schedule::constant:
      return rate;
    case Schedule::cosine:
      return rate * 0.5 * (1 + cos_turn(progress / 2));
    case Schedule::step: {
      double factor = 1;
      const double steps = std::floor(done / static_cast<double>(batches_an_epoch) / options.step_epochs);
      for (double step = 0; step < steps && factor > 0; ++step) factor *= options.step_factor;
      return rate * factor;
    }
    case Schedule::one_cycle:
      return one_cycle(rate, progress);
  }
  return rate;
}

}  // namespace mlsec::train
