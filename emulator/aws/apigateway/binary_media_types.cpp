#include "aws/apigateway/binary_media_types.h"

#include <algorithm>
#include <utility>

#include "aws/apigateway/media_type.h"
#include "aws/stub/json_text.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/glob.h"

namespace hoplab::aws {

namespace {

Payload as_binary(std::string_view body) {
  return {std::string(body), true};
}

Payload as_text(std::string_view body) {
  return {valid_utf8(body), false};
}

Payload encoded(std::string_view body) {
  return {to_base64(body), false};
}

std::optional<Payload> decoded(std::string_view body) {
  auto bytes = from_base64(body);
  if (!bytes) return std::nullopt;
  return Payload{*std::move(bytes), true};
}

}  // namespace

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

std::optional<Payload> request_payload(const BinaryMediaTypes& types, std::string_view content_type,
                                       ContentHandling handling, std::string_view body) {
  if (types.match(content_type)) {
    return handling == ContentHandling::convert_to_text ? encoded(body) : as_binary(body);
  }
  if (handling == ContentHandling::convert_to_binary) return decoded(body);
  return as_text(body);
}

std::optional<Payload> response_payload(const BinaryMediaTypes& types, std::string_view accept,
                                        std::string_view content_type, ContentHandling handling,
                                        std::string_view body) {
  const bool to_text = handling == ContentHandling::convert_to_text;
  const bool to_binary = handling == ContentHandling::convert_to_binary;
  const bool wants_binary = types.match(accept);
  if (types.match(content_type)) {
    const bool stays = to_binary || (wants_binary && !to_text);
    return stays ? as_binary(body) : encoded(body);
  }
  if (to_binary || (wants_binary && !to_text)) return decoded(body);
  return as_text(body);
}

}  // namespace hoplab::aws
