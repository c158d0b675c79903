// What the function of an AWS_PROXY integration returns, as the answer that its client gets
// (apigateway-features.md 1.3 and 6.4, apigateway.md 8.4 and 10.3).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace hoplab::aws {

/// Its texts are its own.
struct ProxyAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;  // without Content-Type
  std::optional<std::uint64_t> content_length;               // of one that streams
  std::string body;
  bool is_base64_encoded = false;  // so it says; whether it is decoded is for the API to say
};

/// Fills `answer`. What is returned is why `json` is a "Malformed Lambda proxy response"; nothing:
/// it is none.
std::optional<std::string> read_proxy_answer(std::string_view json, ProxyAnswer& answer);
/// Likewise, of all that a function has returned: of one that would stream, its head only counts.
std::optional<std::string> read_buffered_answer(std::string_view payload, ProxyAnswer& answer);

/// What a function that streams says before its payload: JSON, and eight NUL bytes, all of it
/// within the first 16 KB (apigateway-features.md 6.4).
struct StreamedHead {
  static constexpr std::size_t kMost = 16UL * 1024;
  enum class Verdict : std::uint8_t { incomplete, whole, none } verdict = Verdict::none;
  std::string_view json;  // of a whole one
  std::size_t size = 0;   // likewise, with the NUL bytes
};

/// `begun`: what there is so far. It is incomplete while what is still to come may end it.
[[nodiscard]] StreamedHead streamed_head(std::string_view begun) noexcept;

/// Fills `answer`, but for its body. What is returned is why it is none.
std::optional<std::string> read_streamed_head(std::string_view json, ProxyAnswer& answer);

}  // namespace hoplab::aws
