// A request as its signature covers it, and the parts of that signature: Signature Version 4 and 4A
// in the Authorization field or in the query (apigateway-features.md 3; IAM: "AWS Signature Version
// 4 for API requests").
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "aws/iam/signature_failure.h"
#include "base/arena.h"
#include "base/clock.h"
#include "http/message.h"

namespace hoplab::aws {

/// Views outlive the check.
struct SignedRequest {
  std::string_view method;
  std::string_view path;                 // as on the wire, without the query
  std::string_view query;                // likewise, without '?'
  std::span<const http::Field> headers;  // with Host
  std::string_view body;                 // all of it
  std::string_view region;               // of the endpoint
  std::string_view service = "execute-api";
  Time now;
};

enum class SigningAlgorithm : std::uint8_t { hmac, ecdsa };
/// "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"
[[nodiscard]] std::string_view to_text(SigningAlgorithm algorithm) noexcept;

/// Views into the request or the arena.
struct SignatureParts {
  SigningAlgorithm algorithm = SigningAlgorithm::hmac;
  bool in_query = false;
  std::string_view access_key_id;
  std::string_view scope;                              // what follows the key in the Credential
  std::string_view date, region, service, terminator;  // the scope's; no Region in 4A
  std::string_view region_set;                         // X-Amz-Region-Set, of 4A
  std::string_view signed_headers;                     // as sent, with semicolons
  std::string_view signature;                          // in hexadecimal digits
  std::string_view timestamp;                          // YYYYMMDDTHHMMSSZ
  Time time;                                           // the same
  std::optional<std::string_view> security_token;
  std::optional<std::string_view> expires;  // X-Amz-Expires, of a query
};

/// std::monostate: there is no signature; an Authorization of another kind may be there.
using ParsedSignature = std::variant<std::monostate, SignatureParts, SignatureFailure>;
[[nodiscard]] ParsedSignature parse_signature(const SignedRequest& request, Arena& arena);

/// The first value of that name; null: there is none.
[[nodiscard]] const std::string_view* find_field(std::span<const http::Field> headers,
                                                 std::string_view name) noexcept;

/// `20150830T123600Z`
[[nodiscard]] std::optional<Time> parse_basic_time(std::string_view text) noexcept;
[[nodiscard]] std::string basic_time(Time at);

}  // namespace hoplab::aws
