// What an attack on a set of samples sees: the samples, and the model's answers about many points in one question.
//
// Like an attack on one sample it is a coroutine that reads as its paper does. What it makes is one pattern for all
// samples: a perturbation that is added to them, or a patch that is laid over them.
#pragma once

#include <algorithm>
#include <coroutine>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "attacks/attempt.hpp"

namespace mlsec::attacks {

/// Valid until the next co_await. One entry a row of the question.
struct SetAnswer {
  std::span<const std::uint8_t> fooled;  // whether the row's criterion holds
  std::span<const float> losses;         // where a loss was given
  std::span<const float> gradients;      // rows x features, where a loss was given
};

/// A question about many points on its way to the model.
struct SetQuestion {
  Question::Kind kind = Question::Kind::none;
  std::span<const float> points;           // rows x features; borrowed from the waiting coroutine
  std::span<const std::uint32_t> samples;  // which sample each row is made of
  const LossReference* loss = nullptr;
  std::coroutine_handle<> waiting;
  SetAnswer answer;
  JacobianAnswer jacobian;

  void read(SetAnswer& to) const { to = answer; }
  void read(JacobianAnswer& to) const { to = jacobian; }
};

class SetAttempt {
 public:
  struct Place {
    std::span<const float> samples;               // rows x features
    std::span<const threat::Criterion> criteria;  // one a sample
    const model::InputSpecification* input = nullptr;
    std::uint64_t seed = 0;
  };

  explicit SetAttempt(const Place& place) : place_(place) {}
  SetAttempt(const SetAttempt&) = delete;
  SetAttempt& operator=(const SetAttempt&) = delete;

  std::size_t size() const { return place_.criteria.size(); }
  std::size_t features() const { return place_.input->shape.count(); }
  std::span<const float> sample(std::size_t index) const {
    return place_.samples.subspan(index * features(), features());
  }
  /// Untargeted: another answer than the model's own to the sample as it is. Targeted: the target.
  const threat::Criterion& criterion(std::size_t index) const { return place_.criteria[index]; }
  const model::InputSpecification& input() const { return *place_.input; }
  float lower() const { return input().lower; }
  float upper() const { return input().upper; }
  float width() const { return upper() - lower(); }

  /// Random numbers for one purpose, such as "order", in one round of it.
  Random random(std::string_view purpose, std::uint32_t round = 0) const {
    return {place_.seed, 0, purpose_of(purpose), round};
  }

  /// Whether each point fools the model; `samples` says which sample each is made of. One query a row.
  auto outputs(std::span<const float> points, std::span<const std::uint32_t> samples) {
    return Awaiter<SetAnswer>{*this, Question::Kind::outputs, points, samples, nullptr};
  }

  /// That and the gradient of the loss at each point. One query and one gradient a row.
  auto gradient(std::span<const float> points, std::span<const std::uint32_t> samples, const LossReference& loss) {
    return Awaiter<SetAnswer>{*this, Question::Kind::gradient, points, samples, &loss};
  }

  /// Outputs at one point and the gradients of all logits there. One query and as many gradients as there are classes.
  auto jacobian(std::span<const float> x, const std::uint32_t& sample) {
    return Awaiter<JacobianAnswer>{*this, Question::Kind::jacobian, x, std::span(&sample, 1), nullptr};
  }

  /// Says how good a pattern is: how many of all samples it fools. The best one is the result, and of equals the last.
  void offer(std::span<const float> pattern, std::size_t fooled) {
    if (!best_.empty() && fooled < best_fooled_) return;
    best_.assign(pattern.begin(), pattern.end());
    best_fooled_ = fooled;
  }
  void progress(std::size_t done, std::size_t total) { done_ = done, total_ = total; }

  // For the driver.
  SetQuestion& question() { return question_; }
  const std::vector<float>& best() const { return best_; }
  std::size_t best_fooled() const { return best_fooled_; }
  std::size_t done() const { return done_; }
  std::size_t total() const { return total_; }

 private:
  template <class A>
  struct Awaiter {
    SetAttempt& attempt;
    Question::Kind kind;
    std::span<const float> points;
    std::span<const std::uint32_t> samples;
    const LossReference* loss;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      attempt.question_ = {kind, points, samples, loss, waiting, {}, {}};
    }
    A await_resume() const {
      A answer;
      attempt.question_.read(answer);
      return answer;
    }
  };

  Place place_;
  SetQuestion question_;
  std::vector<float> best_;
  std::size_t best_fooled_ = 0, done_ = 0, total_ = 1;
};

/// How many samples are asked about at once where all of them are.
inline constexpr std::size_t samples_at_once = 256;

/// How many of all samples a pattern fools; `make(sample, point)` writes the sample with the pattern. `make` must
/// outlive the task.
template <class Make>
Task<std::size_t> count_fooled(SetAttempt& attempt, const Make& make) {
  std::size_t fooled = 0;
  const std::size_t features = attempt.features();
  for (std::size_t first = 0; first < attempt.size(); first += samples_at_once) {
    const std::size_t count = std::min(samples_at_once, attempt.size() - first);
    std::vector<float> points(count * features);
    std::vector<std::uint32_t> samples(count);
    for (std::size_t i = 0; i < count; ++i) {
      samples[i] = static_cast<std::uint32_t>(first + i);
      make(first + i, std::span(points).subspan(i * features, features));
    }
    const auto there = co_await attempt.outputs(points, samples);
    for (std::uint8_t each : there.fooled) fooled += each;
  }
  co_return fooled;
}

/// What an attack on a set returns: it has offered what it found.
struct Finished {};

}  // namespace mlsec::attacks
