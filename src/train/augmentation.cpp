#include "train/augmentation.hpp"

#include <algorithm>
#include <cmath>

#include "base/math.hpp"

namespace mlsec::train {

namespace {

// Gamma(shape, 1) for shape at least 1 (Marsaglia and Tsang, 2000); smaller shapes by a power of a uniform number.
double gamma(Random& random, double shape) {
  if (shape < 1) {
    const double boosted = gamma(random, shape + 1), u = 1 - double{random.uniform()};
    return boosted * exp(std::max(-700.0, log(u) / shape));
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  for (;;) {
    const double x = double{random.normal()}, root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root, u = 1 - double{random.uniform()};
    if (log(u) < 0.5 * x * x + d - d * v + d * log(v)) return d * v;
  }
}

double beta(Random& random, double parameter) {
  const double a = gamma(random, parameter), b = gamma(random, parameter);
  return a + b > 0 ? a / (a + b) : 0.5;
}

int between(Random& random, int low, int high) {
  return low + static_cast<int>(random.below(static_cast<std::uint32_t>(high - low + 1)));
}

}  // namespace

Result<Augmentation> Augmentation::make(const AugmentationOptions& options, const Shape& sample, Bounds bounds) {
  const char* needs_image = options.shift > 0    ? "augmentation.shift"
                            : options.flip       ? "augmentation.flip"
                            : options.crop > 0   ? "augmentation.crop"
                            : options.cutout > 0 ? "augmentation.cutout"
                                                 : nullptr;
  if (needs_image && sample.rank() != 3)
    return Error{ErrorCode::unsupported, needs_image,
                 std::string(needs_image) + " needs images of height x width x channels."};
  return Augmentation(options, sample, bounds);
}

Augmentation::Augmentation(const AugmentationOptions& options, const Shape& sample, Bounds bounds)
    : options_(options),
      bounds_(bounds),
      active_(options.shift > 0 || options.flip || options.crop > 0 || options.noise > 0 || options.cutout > 0) {
  if (sample.rank() == 3) {
    height_ = static_cast<std::size_t>(sample[0]);
    width_ = static_cast<std::size_t>(sample[1]);
    channels_ = static_cast<std::size_t>(sample[2]);
  }
  scratch_.resize(sample.count());
}

void Augmentation::apply(const AugmentationKey& key, std::span<float> image) {
  if (!active_) return;
  Random random(key.seed, key.sample, purpose_of("augmentation"), key.epoch);
  if (options_.crop > 0) crop(random, image);
  if (options_.shift > 0) shift(random, image);
  if (options_.flip && random.below(2) == 1) flip(image);
  if (options_.noise > 0)
    for (float& value : image)
      value = std::clamp(value + static_cast<float>(options_.noise) * random.normal(), bounds_.lower, bounds_.upper);
  if (options_.cutout > 0) cutout(random, image);
}

void Augmentation::mix(const AugmentationKey& key, const Dataset& dataset, std::span<const std::uint32_t> partners,
                       std::span<float> image, std::span<float> target) {
  if (options_.mixup == 0) return;
  Random random(key.seed, key.sample, purpose_of("mixup"), key.epoch);
  const std::uint32_t other = partners[random.below(static_cast<std::uint32_t>(partners.size()))];
  const auto share = static_cast<float>(beta(random, options_.mixup));
  partner_.resize(image.size());
  partner_target_.resize(target.size());
  dataset.gather({&other, 1}, partner_.data());
  dataset.target(other, partner_target_);
  apply({key.seed, other, key.epoch}, partner_);
  for (std::size_t i = 0; i < image.size(); ++i) image[i] = share * image[i] + (1 - share) * partner_[i];
  for (std::size_t i = 0; i < target.size(); ++i) target[i] = share * target[i] + (1 - share) * partner_target_[i];
}

// Each side loses up to its share; the rest is stretched back by bilinear interpolation between pixel centres.
void Augmentation::crop(Random& random, std::span<float> image) {
  const auto side = [&] { return 0.5f * static_cast<float>(options_.crop) * random.uniform(); };
  const float top = side(), bottom = side(), left = side(), right = side();
  std::copy(image.begin(), image.end(), scratch_.begin());
  const auto place = [](std::size_t to, std::size_t extent, float before, float after) {
    const auto size = static_cast<float>(extent);
    const float kept = 1 - before - after;
    const float at = (before + kept * (static_cast<float>(to) + 0.5f) / size) * size - 0.5f;
    return std::clamp(at, 0.0f, size - 1);
  };
  for (std::size_t y = 0; y < height_; ++y) {
    const float row = place(y, height_, top, bottom);
    const auto y0 = static_cast<std::size_t>(row), y1 = std::min(y0 + 1, height_ - 1);
    const float fy = row - static_cast<float>(y0);
    for (std::size_t x = 0; x < width_; ++x) {
      const float column = place(x, width_, left, right);
      const auto x0 = static_cast<std::size_t>(column), x1 = std::min(x0 + 1, width_ - 1);
      const float fx = column - static_cast<float>(x0);
      for (std::size_t c = 0; c < channels_; ++c) {
        const auto at = [&](std::size_t i, std::size_t j) { return scratch_[(i * width_ + j) * channels_ + c]; };
        const float upper = at(y0, x0) + fx * (at(y0, x1) - at(y0, x0));
        const float lower = at(y1, x0) + fx * (at(y1, x1) - at(y1, x0));
        image[(y * width_ + x) * channels_ + c] = upper + fy * (lower - upper);
      }
    }
  }
}

void Augmentation::shift(Random& random, std::span<float> image) {
  const int down = between(random, -options_.shift, options_.shift);
  const int right = between(random, -options_.shift, options_.shift);
  std::copy(image.begin(), image.end(), scratch_.begin());
  const int height = static_cast<int>(height_), width = static_cast<int>(width_);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int from_y = y - down, from_x = x - right;
      const bool inside = from_y >= 0 && from_y < height && from_x >= 0 && from_x < width;
      float* to = image.data() + static_cast<std::size_t>(y * width + x) * channels_;
      for (std::size_t c = 0; c < channels_; ++c)
        to[c] = inside ? scratch_[static_cast<std::size_t>(from_y * width + from_x) * channels_ + c] : 0.0f;
    }
}

void Augmentation::flip(std::span<float> image) const {
  for (std::size_t y = 0; y < height_; ++y)
    for (std::size_t x = 0; x < width_ / 2; ++x)
      for (std::size_t c = 0; c < channels_; ++c)
        std::swap(image[(y * width_ + x) * channels_ + c], image[(y * width_ + width_ - 1 - x) * channels_ + c]);
}

// The centre is any pixel, so that part of the square may lie outside (DeVries and Taylor, 2017).
void Augmentation::cutout(Random& random, std::span<float> image) const {
  const int size = options_.cutout;
  const int top = between(random, 0, static_cast<int>(height_) - 1) - size / 2;
  const int left = between(random, 0, static_cast<int>(width_) - 1) - size / 2;
  for (int y = std::max(0, top); y < std::min(static_cast<int>(height_), top + size); ++y)
    for (int x = std::max(0, left); x < std::min(static_cast<int>(width_), left + size); ++x)
      for (std::size_t c = 0; c < channels_; ++c)
        image[(static_cast<std::size_t>(y) * width_ + static_cast<std::size_t>(x)) * channels_ + c] = 0;
}

}  // namespace mlsec::train
