#include "aws/apigateway/binary_media_types.h"

#include <algorithm>
#include <utility>

#include "aws/apigateway/media_type.h"
#include "aws/stub/json_text.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/glob.h"

namespace hoplab::aws {

BinaryMediaTypes::BinaryMediaTypes(const std::vector<std::string>& types) {
  for (const std::string& type : types) {
    patterns_.push_back(lower_case(std::string_view(type)));
    // OpenAPI documents and patches have image~1png.
    const auto slash = patterns_.back().find("~1");
    if (slash != std::string::npos) patterns_.back().replace(slash, 2, "/");
  }
}

bool BinaryMediaTypes::match(std::string_view field) const {
  // Without a field it is application/json, as for templates.
  const std::string_view first = first_media_type(field);
  const std::string type = lower_case(first.empty() ? "application/json" : first);
  return std::ranges::any_of(patterns_,
                             [&](const std::string& pattern) { return glob_match(pattern, type); });
}

Conversion conversion_of_request(const BinaryMediaTypes& types, std::string_view content_type,
                                 ContentHandling handling) {
  if (types.match(content_type)) {
    return handling == ContentHandling::convert_to_text ? Conversion::encode : Conversion::none;
  }
  return handling == ContentHandling::convert_to_binary ? Conversion::decode : Conversion::text;
}

Conversion conversion_of_response(const BinaryMediaTypes& types, std::string_view accept,
                                  std::string_view content_type, ContentHandling handling) {
  const bool to_text = handling == ContentHandling::convert_to_text;
  const bool to_binary = handling == ContentHandling::convert_to_binary;
  const bool ends_binary = to_binary || (types.match(accept) && !to_text);
  if (types.match(content_type)) return ends_binary ? Conversion::none : Conversion::encode;
  return ends_binary ? Conversion::decode : Conversion::text;
}

void convert_before_template(Conversion conversion, std::string& payload) {
  if (conversion == Conversion::encode) payload = to_base64(payload);
  const bool text = conversion == Conversion::text || conversion == Conversion::decode;
  if (text && !is_utf8(payload)) payload = valid_utf8(payload);
}

bool convert_behind_template(Conversion conversion, std::string& payload) {
  if (conversion != Conversion::decode) return true;
  auto bytes = from_base64(payload);
  if (bytes) payload = *std::move(bytes);
  return bytes.has_value();
}

bool convert(Conversion conversion, std::string& payload) {
  convert_before_template(conversion, payload);
  return convert_behind_template(conversion, payload);
}

}  // namespace hoplab::aws
