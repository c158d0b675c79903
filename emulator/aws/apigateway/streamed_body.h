// The body of an answer that passes as it comes: ResponseTransferMode STREAM, of a backend or a
// function (apigateway-features.md 6.4).
//
// At most 15 minutes of it, 5 minutes without a byte, and behind the first 10 MB at 2 MB/s. Times
// are emulated.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/loop.h"
#include "http/message.h"

namespace hoplab::aws {

/// How long a streamed answer may take, from its head on.
inline constexpr Duration kStreamMost = 15min;

/// Where the bytes come from.
struct StreamSource {
  std::shared_ptr<const void> owner;  // of `body`, and of all that it needs
  http::ResponseBody* body = nullptr;
  /// What the answer's head says; more does not pass, and less is an answer that broke off. None:
  /// it says nothing.
  std::optional<std::uint64_t> content_length;
};

/// What has come of it once it is over, or nobody takes it any more.
struct Streamed {
  std::uint64_t bytes = 0;
  std::optional<Time> first_content_at;
  std::optional<Reason> broken;
  std::string detail;  // what that leaves open
};

/// `over` is called once. `loop` outlives it.
[[nodiscard]] std::unique_ptr<http::ResponseBody> streamed_body(
    Loop& loop, StreamSource source, std::function<void(const Streamed&)> over);

}  // namespace hoplab::aws
