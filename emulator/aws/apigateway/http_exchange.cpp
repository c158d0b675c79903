#include "aws/apigateway/http_exchange.h"

#include <algorithm>
#include <charconv>

#include "base/percent.h"

namespace hoplab::aws {

namespace {

/// Its slashes part segments, as those of {proxy+}.
std::string encoded_path(std::string_view path) {
  std::string encoded;
  while (true) {
    const std::string_view segment = path.substr(0, path.find('/'));
    encoded += percent_encoded(segment);
    if (segment.size() == path.size()) return encoded;
    encoded += '/';
    path.remove_prefix(segment.size() + 1);
  }
}

/// The {names} of a Uri's target for which `from` maps nothing; empty: there is none.
std::string unmapped(std::string_view target, const model::Integration& from) {
  for (auto at = target.find('{'); at != std::string_view::npos; at = target.find('{', at + 1)) {
    const std::string name(target.substr(at + 1, target.find('}', at) - at - 1));
    const std::string parameter = "integration.request.path." + name;
    const bool mapped = std::ranges::any_of(
        from.request_parameters, [&](const auto& one) { return one.first == parameter; });
    if (!mapped) return parameter;
  }
  return {};
}

}  // namespace

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
  if (!uri) return key;
  if (!integration.vpc_link.empty()) {
    key = "link " + integration.vpc_link + " " + integration.load_balancer + " " +
          std::to_string(uri->port);
  }
  if (!uri->encrypted) return key;
  return key.append(integration.skip_verification ? " tls any " : " tls ").append(uri->host);
}

Result<HttpIntegration> HttpIntegration::compile(const model::Integration& from,
                                                 std::string_view stage) {
  const auto uri = IntegrationUri::parse(from.uri);
  if (!uri) return Error{"\"" + from.uri + "\" is no http or https URL"};
  if (const std::string lacks = unmapped(uri->target, from); !lacks.empty()) {
    return Error{"RequestParameters maps nothing to " + lacks};
  }
  HttpIntegration made;
  made.endpoint_ = http_endpoint_key(from);
  made.scheme_ = uri->encrypted ? "https://" : "http://";
  made.authority_ = uri->authority;
  made.target_ = uri->target;
  if (!made.target_.starts_with('/')) made.target_.insert(0, 1, '/');
  if (!from.load_balancer.empty()) made.target_ = "/" + std::string(stage) + made.target_;
  made.method_ = from.http_method;
  return made;
}

std::string HttpIntegration::url(std::string_view target) const {
  return (scheme_ + authority_).append(target);
}

std::string HttpIntegration::target(
    const std::vector<std::pair<std::string, std::string>>& path_values,
    std::string_view query) const {
  std::string made = target_;
  for (const auto& [name, value] : path_values) {
    const std::string hole = "{" + name + "}";
    const auto at = made.find(hole);
    if (at != std::string::npos) made.replace(at, hole.size(), encoded_path(value));
  }
  if (query.empty()) return made;
  const char between = made.find('?') == std::string::npos ? '?' : '&';
  return (made + between).append(query);
}

}  // namespace hoplab::aws
