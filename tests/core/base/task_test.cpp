#include "base/task.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace mlsec {
namespace {

/// Waits until someone resumes the handle it leaves behind, as an attack waits for its model.
struct Question {
  std::coroutine_handle<>& waiting;
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> handle) { waiting = handle; }
  int await_resume() { return 1; }
};

struct Trace {
  std::coroutine_handle<> waiting;
  std::vector<std::string> steps;
};

Task<int> leaf(Trace& trace, int number) {
  trace.steps.push_back("leaf asks");
  const int answer = co_await Question{trace.waiting};
  trace.steps.push_back("leaf knows");
  co_return number * 10 + answer;
}

Task<int> branch(Trace& trace) {
  trace.steps.push_back("branch begins");
  const int first = co_await leaf(trace, 1);
  const int second = co_await leaf(trace, 2);
  trace.steps.push_back("branch ends");
  co_return first + second;
}

Task<int> root(Trace& trace) {
  const int sum = co_await branch(trace);
  co_return sum + co_await leaf(trace, 3);
}

Task<int> immediately(int number) { co_return number; }

Task<int> thrower(Trace& trace) {
  co_await Question{trace.waiting};
  throw std::runtime_error("no answer");
}

Task<int> catcher(Trace& trace) {
  try {
    co_return co_await thrower(trace);
  } catch (const std::runtime_error& error) {
    trace.steps.push_back(error.what());
  }
  co_return co_await immediately(-1);
}

Task<int> passer(Trace& trace) { co_return co_await thrower(trace) + 1; }

Task<int> holder(Trace& trace, std::shared_ptr<int> kept) {
  co_await Question{trace.waiting};
  co_return *kept;
}

Task<int> nested(int depth) {
  if (depth == 0) co_return 0;
  co_return 1 + co_await nested(depth - 1);
}

Task<long> many(int count) {
  long sum = 0;
  for (int i = 0; i < count; ++i) sum += co_await immediately(i);
  co_return sum;
}

}  // namespace

TEST_CASE("a task does nothing before it is started and then runs to its first question") {
  Trace trace;
  auto task = root(trace);
  CHECK(trace.steps.empty());
  task.start();
  CHECK(!task.done());
  CHECK(trace.steps == std::vector<std::string>{"branch begins", "leaf asks"});
}

TEST_CASE("answers resume the innermost task, and results travel outwards in order") {
  Trace trace;
  auto task = root(trace);
  task.start();
  int answers = 0;
  for (; !task.done(); ++answers) trace.waiting.resume();
  CHECK(answers == 3);
  CHECK(task.take() == 11 + 21 + 31);
  CHECK(trace.steps == std::vector<std::string>{"branch begins", "leaf asks", "leaf knows", "leaf asks", "leaf knows",
                                                "branch ends", "leaf asks", "leaf knows"});
}

TEST_CASE("what a task throws is thrown where it is awaited, and can be caught there") {
  Trace trace;
  auto task = catcher(trace);
  task.start();
  trace.waiting.resume();
  REQUIRE(task.done());
  CHECK(task.take() == -1);
  CHECK(trace.steps == std::vector<std::string>{"no answer"});
}

TEST_CASE("what no task catches is thrown where the result is taken") {
  Trace trace;
  auto task = passer(trace);
  task.start();
  trace.waiting.resume();
  REQUIRE(task.done());
  CHECK_THROWS_WITH_AS(task.take(), "no answer", std::runtime_error);
}

TEST_CASE("a task given up halfway frees all it holds, and the tasks within it") {
  Trace trace;
  const auto kept = std::make_shared<int>(5);
  const auto outer = [](Trace& steps, std::shared_ptr<int> number) -> Task<int> {
    co_return co_await holder(steps, number) + *number;
  };
  {
    auto task = outer(trace, kept);
    task.start();
    CHECK(kept.use_count() > 1);
  }
  CHECK(kept.use_count() == 1);
}

TEST_CASE("a moved task is the same task, and only moved into once") {
  Trace trace;
  auto first = leaf(trace, 4);
  first.start();
  auto second = std::move(first);
  first = leaf(trace, 5);
  trace.waiting.resume();
  CHECK(second.done());
  CHECK(second.take() == 41);
}

TEST_CASE("tasks nest deeply") {
  auto task = nested(200);
  task.start();
  REQUIRE(task.done());
  CHECK(task.take() == 200);
}

TEST_CASE("a task may await thousands of tasks that never wait, on a small stack") {
  auto task = many(20000);
  task.start();
  REQUIRE(task.done());
  CHECK(task.take() == 20000L * 19999 / 2);
}

}  // namespace mlsec
