#include "aws/apigateway/http_exchange.h"

#include <charconv>

namespace hoplab::aws {

std::optional<IntegrationUri> IntegrationUri::parse(std::string_view uri) noexcept {
  constexpr std::string_view kHttp = "http://", kHttps = "https://";
  constexpr std::uint16_t kHttpsPort = 443;
  IntegrationUri parts;
  parts.encrypted = uri.starts_with(kHttps);
  if (!parts.encrypted && !uri.starts_with(kHttp)) return std::nullopt;
  if (parts.encrypted) parts.port = kHttpsPort;
  uri.remove_prefix(parts.encrypted ? kHttps.size() : kHttp.size());
  parts.authority = uri.substr(0, uri.find_first_of("/?"));
  parts.target = uri.substr(parts.authority.size());
  const auto colon = parts.authority.rfind(':');
  parts.host = parts.authority.substr(0, colon);
  if (parts.host.empty() || parts.host.find_first_of(" @#") != std::string_view::npos) {
    return std::nullopt;
  }
  if (colon == std::string_view::npos) return parts;
  const std::string_view port = parts.authority.substr(colon + 1);
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
  if (problem != std::errc{} || end != port.data() + port.size() || parts.port == 0) {
    return std::nullopt;
  }
  return parts;
}

std::string http_endpoint_key(const model::Integration& integration) {
  std::string key = integration.service;
  const auto uri = IntegrationUri::parse(integration.uri);
  if (!uri || !uri->encrypted) return key;
  return key.append(integration.skip_verification ? " tls any " : " tls ").append(uri->host);
}

Result<HttpIntegration> HttpIntegration::compile(const model::Integration& from) {
  const auto uri = IntegrationUri::parse(from.uri);
  if (!uri) return Error{"\"" + from.uri + "\" is no http or https URL"};
  HttpIntegration made;
  made.endpoint_ = http_endpoint_key(from);
  made.scheme_ = uri->encrypted ? "https://" : "http://";
  made.authority_ = uri->authority;
  made.target_ = uri->target;
  if (!made.target_.starts_with('/')) made.target_.insert(0, 1, '/');
  made.method_ = from.http_method;
  made.streams_ = from.stream;
  return made;
}

std::string HttpIntegration::url(std::string_view query) const {
  return scheme_ + authority_ + target(query);
}

std::string HttpIntegration::target(std::string_view query) const {
  if (query.empty()) return target_;
  const char between = target_.find('?') == std::string::npos ? '?' : '&';
  return (target_ + between).append(query);
}

}  // namespace hoplab::aws
