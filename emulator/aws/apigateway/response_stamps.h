// What API Gateway stamps on every answer: Date, request ids, trace ids (apigateway.md 10.1).
//
// One object per loop: it is not thread-safe, and it remembers the second it last wrote.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "base/clock.h"
#include "base/rng.h"

namespace hoplab::aws {

class ResponseStamps {
 public:
  /// `rng` outlives the object.
  explicit ResponseStamps(Rng& rng) noexcept : rng_(rng) {}

  /// The Date field's text for `now`; lives in `arena`.
  std::string_view date(Time now, Arena& arena);
  /// A random UUID (version 4, RFC 9562 section 5.4).
  std::string_view request_id(Arena& arena);
  /// x-amz-apigw-id: 16 characters of base64, the last of them `=`.
  std::string_view extended_id(Arena& arena);
  /// `Root=1-{8 hex: epoch}-{24 hex}`: the Root of `received` is kept (apigateway.md 10.4).
  std::string_view trace_id(std::string_view received, Time now, Arena& arena);
  /// True for so many of a hundred, with a fraction.
  bool chance(double percent);

 private:
  Rng& rng_;
  std::int64_t dated_ = INT64_MIN;
  std::string date_;
};

/// "25/Apr/2026:16:45:16 +0000": $context.requestTime.
[[nodiscard]] std::string request_time(Time at);

/// 8-4-4-4-12 hexadecimal digits: then a client's own x-amzn-RequestId is kept.
[[nodiscard]] bool is_uuid(std::string_view text) noexcept;

}  // namespace hoplab::aws
