#include "attacks/common_corruption.hpp"

namespace mlsec::attacks {

Task<Point> CommonCorruption::run(Attempt& attempt, const Options& options) {
  const Image image(attempt.input());
  Random random = attempt.random("corruption");
  Picture picture(image, attempt.original(), double{attempt.lower()}, double{attempt.width()});
  corrupt(options.corruption, options.severity, random, picture);
  Point x = attempt.start();
  picture.write(image, double{attempt.lower()}, double{attempt.width()}, x);
  attempt.box().clip(x);
  (void)co_await attempt.outputs(x);
  co_return x;
}

}  // namespace mlsec::attacks
