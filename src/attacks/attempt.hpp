// What an attack sees: one sample, and the model's answers about points near it.
//
// An attack is a coroutine over one Attempt, written as its paper writes it for one sample. It waits for answers with
// co_await; the driver gathers the questions of many samples into one evaluation of the model. Finished samples drop
// out by ending, and a result cannot depend on which other samples were in the batch.
#pragma once

#include <coroutine>
#include <cstddef>
#include <limits>
#include <span>
#include <string_view>
#include <vector>

#include "attacks/loss.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "model/specification.hpp"
#include "threat/ball.hpp"
#include "threat/box.hpp"
#include "threat/criterion.hpp"

namespace mlsec::attacks {

/// A point of input space, flat, in the model's own order of features.
using Point = std::vector<float>;

/// Valid until the next co_await.
struct Answer {
  std::span<const float> logits;                  // of the first row
  std::size_t label = 0;                          // the model's decision on the first row
  bool adversarial = false;                       // whether the criterion holds there
  std::span<const float> all_logits;              // rows x classes
  std::span<const std::uint8_t> all_adversarial;  // whether the criterion holds, one a row
};

struct GradientAnswer : Answer {
  float loss = 0;                   // of the first row
  std::span<const float> gradient;  // of each row's loss with respect to the row, rows x features
  std::span<const float> losses;    // one a row
};

struct JacobianAnswer : Answer {
  std::span<const float> jacobian;  // the gradient of each logit, classes x features
  std::span<const float> of(std::size_t logit) const {
    const std::size_t features = jacobian.size() / logits.size();
    return jacobian.subspan(logit * features, features);
  }
};

/// What a point is asked about for. A probe only serves to learn of the model: it is never a result, it may lie outside
/// the sample's box as long as it keeps to the model's bounds, and its slopes are left as they are.
enum class Role { candidate, probe };

/// A question on its way to the model.
struct Question {
  enum class Kind { none, outputs, gradient, jacobian };
  Kind kind = Kind::none;
  std::span<const float> points;  // rows x features; borrowed from the waiting coroutine
  const LossReference* loss = nullptr;
  std::coroutine_handle<> waiting;
  Answer answer;
  std::span<const float> losses;
  std::span<std::uint8_t> adversarial;  // what answer.all_adversarial shows, for whoever judges otherwise
  std::span<float> derivatives;         // and these, for whoever holds features fixed
  Role role = Role::candidate;

  void read(Answer& to) const { to = answer; }
  void read(GradientAnswer& to) const {
    static_cast<Answer&>(to) = answer;
    to.loss = losses[0];
    to.losses = losses;
    to.gradient = derivatives;
  }
  void read(JacobianAnswer& to) const {
    static_cast<Answer&>(to) = answer;
    to.jacobian = derivatives;
  }
};

class Attempt {
 public:
  struct Place {
    std::span<const float> original;
    threat::Criterion criterion;
    const model::InputSpecification* input = nullptr;
    threat::Box box;
    std::uint64_t seed = 0;
    std::uint64_t sample = 0;   // index among all samples of the user's call: keys random numbers
    std::size_t row = 0;        // index among the samples of this job: finds per-sample options
    std::uint32_t restart = 0;  // 0 for the first try
  };

  explicit Attempt(const Place& place) : place_(place) {}
  Attempt(const Attempt&) = delete;
  Attempt& operator=(const Attempt&) = delete;

  const Place& place() const { return place_; }
  std::span<const float> original() const { return place_.original; }
  Point start() const { return {place_.original.begin(), place_.original.end()}; }
  const threat::Criterion& criterion() const { return place_.criterion; }
  /// How the user's features lie: shape and layout of images, and the bounds of valid inputs.
  const model::InputSpecification& input() const { return *place_.input; }
  /// The bounds of the model's inputs: the scale that options are relative to. Points keep to `box`.
  float lower() const { return input().lower; }
  float upper() const { return input().upper; }
  float width() const { return upper() - lower(); }
  /// What each feature of this sample may be: never more than the model's bounds; fixed features have no width.
  const threat::Box& box() const { return place_.box; }
  std::size_t row() const { return place_.row; }
  std::uint32_t restart() const { return place_.restart; }

  threat::Ball ball(threat::Norm norm, double epsilon) const { return {place_.original, norm, epsilon, place_.box}; }

  /// Random numbers for one purpose of this try at this sample, such as "start". Each name is a stream of its own.
  Random random(std::string_view purpose) const {
    return {place_.seed, place_.sample, purpose_of(purpose), place_.restart};
  }

  /// The model's outputs at one or more points (rows x features). One query a row.
  auto outputs(std::span<const float> points, Role role = Role::candidate) {
    return Awaiter<Answer>{*this, Question::Kind::outputs, points, nullptr, role};
  }

  /// Outputs at one or more points (rows x features) and the gradient of the loss at each. One query and one gradient a
  /// row. A loss with a member `layer` is given what that layer makes of the point in the place of the logits.
  auto gradient(std::span<const float> points, const LossReference& loss, Role role = Role::candidate) {
    return Awaiter<GradientAnswer>{*this, Question::Kind::gradient, points, &loss, role};
  }

  /// Outputs at x and the gradients of all logits there. One query and as many gradients as there are classes.
  auto jacobian(std::span<const float> x) {
    return Awaiter<JacobianAnswer>{*this, Question::Kind::jacobian, x, nullptr, Role::candidate};
  }

  /// For the driver: what the coroutine waits for; kind none while it does not wait.
  Question& question() { return question_; }

 private:
  template <class A>
  struct Awaiter {
    Attempt& attempt;
    Question::Kind kind;
    std::span<const float> points;
    const LossReference* loss;
    Role role;
    bool await_ready() const { return false; }
    void await_suspend(std::coroutine_handle<> waiting) {
      attempt.question_ = {kind, points, loss, waiting, {}, {}, {}, {}, role};
    }
    A await_resume() const {
      A answer;
      attempt.question_.read(answer);
      return answer;
    }
  };

  Place place_;
  Question question_;
};

/// The nearest adversarial point that an attack has asked about. The driver keeps one of its own; attacks need theirs
/// where their next step depends on it.
struct Nearest {
  threat::Norm norm;
  Point point = {};
  double distance = std::numeric_limits<double>::infinity();

  bool found() const { return !point.empty(); }

  /// Whether x is nearer than all before.
  bool offer(const Attempt& attempt, std::span<const float> x, bool adversarial) {
    if (!adversarial) return false;
    const double here = threat::distances(attempt.original(), x).in(norm);
    if (!(here < distance)) return false;
    distance = here;
    point.assign(x.begin(), x.end());
    return true;
  }

  /// The point, or the original where there is none.
  Point take(const Attempt& attempt) { return found() ? std::move(point) : attempt.start(); }
};

}  // namespace mlsec::attacks
