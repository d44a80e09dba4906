// A value or an Error, for every function that can fail by the caller's doing.
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include "base/check.hpp"
#include "base/error.hpp"

namespace mlsec::inline base {

// The error lies outside, so that the common case costs a null pointer: this type is in every signature, and the size
// of the WebAssembly shows it.

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}

  bool ok() const { return error_ == nullptr; }

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

  const Error& error() const& {
    MLSEC_CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    MLSEC_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::optional<T> value_;
  std::unique_ptr<Error> error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::make_unique<Error>(std::move(error))) {}

  bool ok() const { return error_ == nullptr; }

  const Error& error() const& {
    MLSEC_CHECK(!ok());
    return *error_;
  }
  Error&& error() && {
    MLSEC_CHECK(!ok());
    return std::move(*error_);
  }

 private:
  std::unique_ptr<Error> error_;
};

}  // namespace mlsec::inline base

#define MLSEC_JOIN_(a, b) a##b
#define MLSEC_JOIN(a, b) MLSEC_JOIN_(a, b)

/// `MLSEC_TRY(auto shape, infer(x));` declares shape, or returns the error of infer(x) to the caller.
#define MLSEC_TRY(declaration, expression)                                                                \
  auto MLSEC_JOIN(mlsec_try_, __LINE__) = (expression);                                                   \
  if (!MLSEC_JOIN(mlsec_try_, __LINE__).ok()) return std::move(MLSEC_JOIN(mlsec_try_, __LINE__)).error(); \
  declaration = std::move(MLSEC_JOIN(mlsec_try_, __LINE__)).value()

/// The same for a Result<void>.
#define MLSEC_TRY_VOID(expression)                                                                       \
  do {                                                                                                   \
    if (auto mlsec_outcome = (expression); !mlsec_outcome.ok()) return std::move(mlsec_outcome).error(); \
  } while (false)
