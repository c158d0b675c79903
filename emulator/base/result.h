// Result<T>: a value, or a sentence that says why there is none.
//
// What a peer or a file can cause travels as a value; nothing on the data path throws.
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace hoplab {

/// The error side of a Result; converts into a Result of any value type.
struct Error {
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}              // NOLINT: implicit by intent
  Result(Error error) : error_(std::move(error.message)) {}  // NOLINT: implicit by intent

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }

  /// The value; only when ok().
  [[nodiscard]] T& value() & { return assert(ok()), *value_; }
  [[nodiscard]] const T& value() const& { return assert(ok()), *value_; }
  [[nodiscard]] T&& value() && { return assert(ok()), std::move(*value_); }

  /// The reason; empty when ok().
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  std::optional<T> value_;
  std::string error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : ok_(false), error_(std::move(error.message)) {}  // NOLINT
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_; }

 private:
  bool ok_ = true;
  std::string error_;
};

}  // namespace hoplab
