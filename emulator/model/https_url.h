// The parts of an https URL (RFC 3986).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hoplab::model {

struct HttpsUrl {
  std::string host;  // a DNS name or an IPv4 address, in lower case
  std::uint16_t port = 443;
  std::string path;  // as it is, with its query; empty: it has none
};

/// Nothing: it is no https URL, or names a user or a fragment.
std::optional<HttpsUrl> parse_https_url(std::string_view text);

}  // namespace hoplab::model
