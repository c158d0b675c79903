// Result<T>: a value, or an error that says why there is none.
//
// What a peer or a file can cause travels as a value; nothing on the data path throws.
#pragma once

#include <cassert>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

namespace hoplab {

/// What kind of error it is, for those who answer others: the admin API makes a status of it.
enum class ErrorCode : std::uint8_t {
  invalid,      // what was asked for cannot be, whatever there is
  not_found,    // it names something that does not exist
  conflict,     // it does not go together with what there is
  limit,        // a quota is met
  in_use,       // something that exists needs what would go
  unavailable,  // this machine does not give what it takes: a port, a file
};

/// The error side of a Result; converts into a Result of any value type.
struct Error {
  std::string message;
  ErrorCode code = ErrorCode::invalid;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}      // NOLINT: implicit by intent
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit by intent

  [[nodiscard]] bool ok() const noexcept { return value_.has_value(); }
  explicit operator bool() const noexcept { return ok(); }

  /// The value; only when ok().
  [[nodiscard]] T& value() & { return assert(ok()), *value_; }
  [[nodiscard]] const T& value() const& { return assert(ok()), *value_; }
  [[nodiscard]] T&& value() && { return assert(ok()), std::move(*value_); }

  /// The reason; empty when ok().
  [[nodiscard]] const std::string& error() const noexcept { return error_.message; }
  /// The error with its code, to pass on; only when not ok().
  [[nodiscard]] const Error& failure() const noexcept { return error_; }

 private:
  std::optional<T> value_;
  Error error_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : ok_(false), error_(std::move(error)) {}  // NOLINT
  [[nodiscard]] bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok_; }
  [[nodiscard]] const std::string& error() const noexcept { return error_.message; }
  [[nodiscard]] const Error& failure() const noexcept { return error_; }

 private:
  bool ok_ = true;
  Error error_;
};

}  // namespace hoplab
