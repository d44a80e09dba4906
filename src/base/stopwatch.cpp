#include "base/stopwatch.hpp"

#include <time.h>

namespace mlsec::inline base {

namespace {

// Not by std::chrono: its clock can throw a system_error, which brings printf into the WebAssembly.
double now() {
  timespec time{};
  clock_gettime(CLOCK_MONOTONIC, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) * 1e-6;
}

}  // namespace

Stopwatch::Stopwatch() : start_(now()) {}

double Stopwatch::milliseconds() const { return now() - start_; }

}  // namespace mlsec::inline base
