// Which payloads an API treats as binary, and what contentHandling makes of them (apigateway.md 13,
// apigateway-features.md 8).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/rest_api.h"

namespace hoplab::aws {

/// The binaryMediaTypes of a REST API: `image/png`, `image/*`, `*/*`.
class BinaryMediaTypes {
 public:
  BinaryMediaTypes() = default;
  explicit BinaryMediaTypes(const std::vector<std::string>& types);

  /// Whether the media type of a Content-Type field, or the first of an Accept field, is binary.
  [[nodiscard]] bool match(std::string_view field) const;

 private:
  std::vector<std::string> patterns_;  // in small letters
};

using model::ContentHandling;

struct Payload {
  std::string bytes;
  bool binary = false;  // else it is text in UTF-8, perhaps of base64
};

/// The payload for the integration. Nothing: what was to be decoded is no base64, which is
/// API_CONFIGURATION_ERROR.
[[nodiscard]] std::optional<Payload> request_payload(const BinaryMediaTypes& types,
                                                     std::string_view content_type,
                                                     ContentHandling handling,
                                                     std::string_view body);

/// The payload for the client. `content_type` is the integration's, `accept` the client's; empty:
/// there is no such field.
[[nodiscard]] std::optional<Payload> response_payload(const BinaryMediaTypes& types,
                                                      std::string_view accept,
                                                      std::string_view content_type,
                                                      ContentHandling handling,
                                                      std::string_view body);

}  // namespace hoplab::aws
