// A value or an Error, for every function that can fail by the caller's doing.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "base/error.hpp"

namespace mlsec::inline base {

/// An error on its way to the caller, or none. It lies outside, so that handing it on moves one pointer: this happens
/// after almost every call, and the size of the WebAssembly shows it. What takes more than that is out of line.
class Failure {
 public:
  Failure() = default;
  Failure(Error error);

  bool happened() const { return error_ != nullptr; }
  const Error& error() const {
    MLSEC_CHECK(happened());
    return *error_;
  }

 private:
  struct Drop {
    void operator()(Error* error) const;
  };
  std::unique_ptr<Error, Drop> error_;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : failure_(std::move(error)) {}
  Result(Failure failure) : failure_(std::move(failure)) {}

  bool ok() const { return !failure_.happened(); }

  T& value() & {
    MLSEC_CHECK(ok());
    return *value_;
  }
  const T& value() const& {
    MLSEC_CHECK(ok());
    return *value_;
  }
  T&& value() && {
    MLSEC_CHECK(ok());
    return *std::move(value_);
  }

  const Error& error() const { return failure_.error(); }
  Failure&& failure() && { return std::move(failure_); }

 private:
  std::optional<T> value_;
  Failure failure_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : failure_(std::move(error)) {}
  Result(Failure failure) : failure_(std::move(failure)) {}

  bool ok() const { return !failure_.happened(); }
  const Error& error() const { return failure_.error(); }
  Failure&& failure() && { return std::move(failure_); }

 private:
  Failure failure_;
};

}  // namespace mlsec::inline base

#define MLSEC_JOIN_(a, b) a##b
#define MLSEC_JOIN(a, b) MLSEC_JOIN_(a, b)

/// `MLSEC_TRY(auto shape, infer(x));` declares shape, or returns the error of infer(x) to the caller.
#define MLSEC_TRY(declaration, expression)                                                                  \
  auto MLSEC_JOIN(mlsec_try_, __LINE__) = (expression);                                                     \
  if (!MLSEC_JOIN(mlsec_try_, __LINE__).ok()) return std::move(MLSEC_JOIN(mlsec_try_, __LINE__)).failure(); \
  declaration = std::move(MLSEC_JOIN(mlsec_try_, __LINE__)).value()

/// The same for a Result<void>.
#define MLSEC_TRY_VOID(expression)                                                                         \
  do {                                                                                                     \
    if (auto mlsec_outcome = (expression); !mlsec_outcome.ok()) return std::move(mlsec_outcome).failure(); \
  } while (false)
