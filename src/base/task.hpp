// The coroutine type in which attacks are written.
#pragma once

#include <coroutine>
#include <exception>
#include <optional>
#include <utility>

#include "base/check.hpp"

namespace mlsec::inline base {

/// A coroutine that makes a T. It starts when first resumed or awaited, and may be awaited by another Task. Whatever
/// it waits for in the end (a model's answer) keeps the innermost handle and resumes that one.
template <class T>
class [[nodiscard]] Task {
 public:
  struct promise_type {
    std::optional<T> value;
    std::exception_ptr exception;
    std::coroutine_handle<> continuation = std::noop_coroutine();

    Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
    std::suspend_always initial_suspend() noexcept { return {}; }
    auto final_suspend() noexcept {
      struct ToContinuation {
        bool await_ready() noexcept { return false; }
        std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> self) noexcept {
          return self.promise().continuation;
        }
        void await_resume() noexcept {}
      };
      return ToContinuation{};
    }
    void return_value(T result) { value = std::move(result); }
    void unhandled_exception() { exception = std::current_exception(); }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  /// For the root only: runs until the first wait.
  void start() { handle_.resume(); }
  bool done() const { return handle_.done(); }

  /// The result of a finished task; throws what the coroutine threw.
  T take() {
    MLSEC_CHECK(handle_.done());
    if (handle_.promise().exception) std::rethrow_exception(handle_.promise().exception);
    return std::move(*handle_.promise().value);
  }

  auto operator co_await() && {
    struct Awaiter {
      std::coroutine_handle<promise_type> inner;
      bool await_ready() { return false; }
      bool await_suspend(std::coroutine_handle<> outer) {
        // By a plain call, not by transfer of control: without tail calls, as in WebAssembly, transfers pile up on the
        // stack in a loop that awaits tasks which never wait.
        inner.resume();
        if (inner.done()) return false;
        inner.promise().continuation = outer;
        return true;
      }
      T await_resume() {
        if (inner.promise().exception) std::rethrow_exception(inner.promise().exception);
        return std::move(*inner.promise().value);
      }
    };
    return Awaiter{handle_};
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  std::coroutine_handle<promise_type> handle_;
};

}  // namespace mlsec::inline base
