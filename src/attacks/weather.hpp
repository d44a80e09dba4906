// Fog, frost and snow grown from random numbers: fields of one channel, and how they lie over an image.
#pragma once

#include "attacks/picture.hpp"
#include "base/random.hpp"

namespace mlsec::attacks {

/// A plasma fractal with values from 0 to 1: midpoints of a square grid, and then of the diamonds between them, are the
/// mean of their four neighbours and a random number whose size falls by `decay` from one grid to the next (Fournier,
/// Fussell, Carpenter, 1982). Its edges fit together.
Picture plasma(std::size_t rows, std::size_t columns, double decay, Random& random);

/// Ice on a pane, 0 ... 1: thin ridges between plasma fractals over a third one. Hendrycks and Dietterich lay
/// photographs of frost over the image instead.
Picture frost_field(std::size_t rows, std::size_t columns, Random& random);

/// Flakes driven one way and the other, 0 ... 2; severity 1 ... 5.
Picture snow_field(std::size_t rows, std::size_t columns, int severity, Random& random);

/// How much the image whitens under the snow of a severity.
double snow_whitening(int severity);

/// x = keep * x + add * field in every channel.
void blend(Picture& picture, double keep, double add, const Picture& field);

/// x = (1 - whitening) x + whitening * max(x, 1.5 brightness + 0.5), and then + amount * field.
void lay_snow(Picture& picture, double whitening, double amount, const Picture& field);

/// Enlarged by a factor around the middle.
Picture zoomed(const Picture& picture, double factor);

}  // namespace mlsec::attacks
