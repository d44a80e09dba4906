// Elapsed time.
#pragma once

namespace mlsec::inline base {

class Stopwatch {
 public:
  Stopwatch();
  double milliseconds() const;
  double seconds() const { return milliseconds() / 1000; }

 private:
  double start_;
};

}  // namespace mlsec::inline base
