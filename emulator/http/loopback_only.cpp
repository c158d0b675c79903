#include "http/loopback_only.h"

#include "base/address_range.h"
#include "base/ascii.h"
#include "http/authority.h"

namespace hoplab::http {

namespace {

bool is_loopback(std::string_view host) {
  if (iequals(host, "localhost") || lower_case(host).ends_with(".localhost")) return true;
  if (host == "[::1]") return true;
  return host.starts_with("127.") && parse_range(std::string(host)).ok();
}

}  // namespace

std::optional<std::string> refusal(const Request& request, std::string_view api) {
  const std::string host(split_authority(request.authority).host);
  const std::string who(api);
  if (!is_loopback(host)) {
    return who + " answers to loopback names only (127.0.0.1, localhost, [::1]), not to Host '" +
           host + "'";
  }
  const std::string_view* const origin = request.headers.find("Origin");
  if (origin && !iequals(*origin, "http://" + std::string(request.authority))) {
    return who + " takes no requests of pages: Origin is '" + std::string(*origin) + "'";
  }
  const std::string_view* const site = request.headers.find("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none") {
    return who + " takes no requests of pages: Sec-Fetch-Site is '" + std::string(*site) + "'";
  }
  return std::nullopt;
}

}  // namespace hoplab::http
