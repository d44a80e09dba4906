// Long work in short steps, so that whoever runs it can look at its messages in between.
#pragma once

#include <cstddef>

#include "base/result.hpp"

namespace mlsec::inline base {

struct JobState {
  enum class Kind {
    running,
    waiting,  // for an answer from outside
    done,
  };
  Kind kind = Kind::running;
  std::size_t done = 0, total = 0;
};

class Job {
 public:
  virtual ~Job() = default;

  /// Works for about that long. After an error the job is over.
  virtual Result<JobState> step(double milliseconds) = 0;
};

}  // namespace mlsec::inline base
