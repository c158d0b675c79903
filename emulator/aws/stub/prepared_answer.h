// An answer of our own, checked and laid out once when the topology is built.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "http/message.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Payload limit of API Gateway, both ways (apigateway.md 11).
inline constexpr std::uint64_t kMaxPayloadBytes = 10'485'760;

class PreparedAnswer {
 public:
  enum class Kind : std::uint8_t {
    fixed,      // MOCK: status, headers, body
    generated,  // a body of a given size
    echo,       // the request as JSON; stands for an AWS_PROXY backend
  };

  /// Refuses what cannot be sent: statuses outside 200-599, framing headers, text that would break
  /// the header block, several kinds at once, a body with 204 or 304.
  static Result<PreparedAnswer> prepare(const model::Answer& from);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] int status() const noexcept { return status_; }
  [[nodiscard]] const std::string& content_type() const noexcept { return content_type_; }
  [[nodiscard]] const std::string& body() const noexcept { return body_; }
  [[nodiscard]] std::uint64_t body_bytes() const noexcept { return body_bytes_; }
  /// Larger than API Gateway passes on: then the answer is a 500.
  [[nodiscard]] bool too_large() const noexcept { return body_bytes_ > kMaxPayloadBytes; }
  /// Adds the integration's own fields (without Content-Type), copied into the response's arena.
  void add_headers(http::Response& response) const;

 private:
  Result<void> take_headers(const model::Answer& from);

  Kind kind_ = Kind::fixed;
  int status_ = 200;
  std::string content_type_;
  std::vector<std::pair<std::string, std::string>> headers_;
  std::string body_;
  std::uint64_t body_bytes_ = 0;
};

}  // namespace hoplab::aws
