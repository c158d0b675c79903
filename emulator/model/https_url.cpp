#include "model/https_url.h"

#include "base/ascii.h"
#include "model/text_rule.h"

namespace hoplab::model {

std::optional<HttpsUrl> parse_https_url(std::string_view text) {
  constexpr std::string_view kScheme = "https://";
  constexpr int kLastPort = 65535;
  if (!iequals(text.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  text.remove_prefix(kScheme.size());
  const std::string_view authority = text.substr(0, text.find_first_of("/?"));
  HttpsUrl url;
  url.path = text.substr(authority.size());
  for (const char c : url.path) {
    if (c <= ' ' || c > '~' || c == '#') return std::nullopt;
  }
  const auto colon = authority.find(':');
  url.host = lower_case(authority.substr(0, colon));
  if (!rules::kDnsName.matches(url.host) || url.host.starts_with('*')) return std::nullopt;
  if (colon == std::string_view::npos) return url;
  const auto port = parse_number(authority.substr(colon + 1));
  if (!port || *port < 1 || *port > kLastPort) return std::nullopt;
  url.port = static_cast<std::uint16_t>(*port);
  return url;
}

}  // namespace hoplab::model
