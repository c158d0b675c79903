// What AWS answers instead of what was asked for: a code, which SDKs make an exception of, and a
// sentence. Every protocol writes it in its own form (error_writer.h).
#pragma once

#include <cassert>
#include <optional>
#include <string>
#include <utility>

namespace hoplab::awsapi {

struct ApiError {
  std::string code;  // "TrustStoreNotFound"
  std::string message;
  /// No 500, 502, 503 or 504: SDKs send such a request again, some for minutes (aws-api.md 4).
  int http = 400;
  /// The document that traffic cannot have, where it is known; empty otherwise.
  std::string about = {};
};

/// A value, or the error that is answered in its place.
template <class T>
class [[nodiscard]] ApiResult {
 public:
  ApiResult(T value) : value_(std::move(value)) {}         // NOLINT: implicit by intent
  ApiResult(ApiError error) : error_(std::move(error)) {}  // NOLINT: implicit by intent
  explicit operator bool() const noexcept { return value_.has_value(); }
  [[nodiscard]] T& operator*() noexcept { return assert(value_), *value_; }
  [[nodiscard]] const T& operator*() const noexcept { return assert(value_), *value_; }
  [[nodiscard]] T* operator->() noexcept { return assert(value_), &*value_; }
  [[nodiscard]] const T* operator->() const noexcept { return assert(value_), &*value_; }
  [[nodiscard]] const ApiError& error() const noexcept { return error_; }

 private:
  std::optional<T> value_;
  ApiError error_;
};

/// Nothing, when all is well.
using Refusal = std::optional<ApiError>;

}  // namespace hoplab::awsapi
