#include "aws/alb/sticky_cookies.h"

#include <charconv>
#include <cstring>

#include "http/cookies.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kTarget = "AWSALB", kTargetCors = "AWSALBCORS";
constexpr std::string_view kGroup = "AWSALBTG", kGroupCors = "AWSALBTGCORS";
constexpr std::string_view kApp = "AWSALBAPP-0";
constexpr std::string_view kUnusedApp[] = {"AWSALBAPP-1", "AWSALBAPP-2", "AWSALBAPP-3"};
constexpr std::string_view kUnused = "_remove_";
constexpr std::string_view kCrossSite = "; SameSite=None; Secure";
/// Values of AWS's length: 128 characters of AWSALB, 172 of AWSALBTG; AWSALBAPP-0 begins with As.
constexpr std::size_t kTargetBytes = 68, kGroupBytes = 101;
constexpr std::string_view kAppBegin = "AAAAAAAAAAAAAAAA";

struct Written {
  std::uint64_t group, target;
  std::int64_t issued_us;
};

std::string content_of(const StickyPlace& place, std::size_t size) {
  const Written written{place.group, place.target, place.issued.time_since_epoch().count()};
  std::string content(size, '\0');
  std::memcpy(content.data(), &written, sizeof written);
  return content;
}

std::string_view expires(http::Response& response, const StickyPlace& place) {
  return response.arena.join("; Expires=", http_date(place.issued + std::chrono::days(7)),
                             "; Path=/");
}

void add(http::Response& response, std::string_view name, std::string_view value,
         std::string_view attributes, std::string_view more = {}) {
  response.headers.add("Set-Cookie", response.arena.join(name, "=", value, attributes, more));
}

}  // namespace

SentCookie StickyCookies::read(std::optional<std::string_view> value) const {
  if (!value) return {};
  const auto content = seal_.open(*value);
  if (!content || content->size() < sizeof(Written)) return {true, std::nullopt};
  Written written{};
  std::memcpy(&written, content->data(), sizeof written);
  return {true, StickyPlace{written.group, written.target, Time(Duration(written.issued_us))}};
}

SentCookie StickyCookies::target_cookie(const http::Headers& headers) const {
  const auto cors = http::find_cookie(headers, kTargetCors);
  return read(cors ? cors : http::find_cookie(headers, kTarget));
}

SentCookie StickyCookies::group_cookie(const http::Headers& headers) const {
  const auto cors = http::find_cookie(headers, kGroupCors);
  return read(cors ? cors : http::find_cookie(headers, kGroup));
}

SentCookie StickyCookies::app_cookie(const http::Headers& headers) const {
  auto value = http::find_cookie(headers, kApp);
  if (value && value->starts_with(kAppBegin)) value->remove_prefix(kAppBegin.size());
  return read(value);
}

void StickyCookies::add_target_cookies(http::Response& response, const StickyPlace& place,
                                       Rng& rng) const {
  const std::string value = seal_.seal(content_of(place, kTargetBytes), rng);
  const std::string_view attributes = expires(response, place);
  add(response, kTarget, value, attributes);
  add(response, kTargetCors, value, attributes, kCrossSite);
}

void StickyCookies::add_group_cookies(http::Response& response, const StickyPlace& place,
                                      Rng& rng) const {
  const std::string value = seal_.seal(content_of(place, kGroupBytes), rng);
  const std::string_view attributes = expires(response, place);
  add(response, kGroup, value, attributes);
  add(response, kGroupCors, value, attributes, kCrossSite);
}

void StickyCookies::add_app_cookies(http::Response& response, const StickyPlace& place,
                                    bool cross_site, Rng& rng) const {
  const std::string value = seal_.seal(content_of(place, kTargetBytes), rng);
  const std::string_view attributes = expires(response, place);
  const std::string_view more = cross_site ? kCrossSite : std::string_view();
  add(response, kApp, response.arena.join(kAppBegin, value), attributes, more);
  for (const std::string_view name : kUnusedApp) add(response, name, kUnused, attributes, more);
}

bool wants_same_site_none(const http::Headers& headers) {
  constexpr std::string_view kChrome = "Chrome/";
  constexpr int kFirst = 80;
  if (headers.find("Origin") == nullptr) return false;
  const std::string_view agent = headers.get("User-Agent");
  const auto at = agent.find(kChrome);
  if (at == std::string_view::npos) return false;
  const std::string_view version = agent.substr(at + kChrome.size());
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major >= kFirst;
}

}  // namespace hoplab::aws
