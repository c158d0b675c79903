#include "admin/who_may_ask.h"

#include "aws/alb/authority.h"
#include "base/address_range.h"
#include "base/ascii.h"

namespace hoplab::admin {

namespace {

bool is_loopback(std::string_view host) {
  if (iequals(host, "localhost") || host == "[::1]") return true;
  return host.starts_with("127.") && parse_range(std::string(host)).ok();
}

}  // namespace

std::optional<std::string> refusal(const http::Request& request) {
  const std::string host(aws::split_authority(request.authority).host);
  if (!is_loopback(host)) {
    return "the admin API answers to loopback names only (127.0.0.1, localhost, [::1]), not to "
           "Host '" +
           host + "'";
  }
  const std::string_view* const origin = request.headers.find("Origin");
  if (origin && !iequals(*origin, "http://" + std::string(request.authority))) {
    return "the admin API takes no requests of pages: Origin is '" + std::string(*origin) + "'";
  }
  const std::string_view* const site = request.headers.find("Sec-Fetch-Site");
  if (site && *site != "same-origin" && *site != "none") {
    return "the admin API takes no requests of pages: Sec-Fetch-Site is '" + std::string(*site) +
           "'";
  }
  return std::nullopt;
}

}  // namespace hoplab::admin
