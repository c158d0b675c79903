// Which payloads an API treats as binary, and what contentHandling makes of them (apigateway.md 13,
// apigateway-features.md 8).
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
#pragma once

#include <cstdint>
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

/// What becomes of a payload.
enum class Conversion : std::uint8_t {
  none,    // it is bytes, and stays as it is
  text,    // it is text in UTF-8: what is none becomes U+FFFD
  encode,  // its bytes become a base64 text
  decode,  // its base64 text becomes bytes
};

/// Of the payload for the integration. An empty field: there is none.
[[nodiscard]] Conversion conversion_of_request(const BinaryMediaTypes& types,
                                               std::string_view content_type,
                                               ContentHandling handling);

/// Of the payload for the client. `content_type` is the integration's, `accept` the client's.
[[nodiscard]] Conversion conversion_of_response(const BinaryMediaTypes& types,
                                                std::string_view accept,
                                                std::string_view content_type,
                                                ContentHandling handling);

/// False: what was to be decoded is no base64, which is API_CONFIGURATION_ERROR.
[[nodiscard]] bool convert(Conversion conversion, std::string& payload);

/// Likewise in two steps, between which a template makes a text of a text. Only the second fails.
void convert_before_template(Conversion conversion, std::string& payload);
[[nodiscard]] bool convert_behind_template(Conversion conversion, std::string& payload);

}  // namespace hoplab::aws
