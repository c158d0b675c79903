#include "aws/alb/user_session.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "http/cookies.h"

namespace hoplab::aws {

namespace {

constexpr int kMostCookies = 4;
constexpr std::size_t kCookieValue = 4000;  // browsers take 4096 bytes of name and value

/// Texts, each behind its length.
class Texts {
 public:
  explicit Texts(std::string_view packed = {}) : rest_(packed) {}
  static void put(std::string& into, std::string_view text) {
    into += std::to_string(text.size()) + ":";
    into += text;
  }
  /// Nothing: it is none of put()'s.
  std::optional<std::string> take() {
    const auto colon = rest_.find(':');
    const auto size =
        colon == std::string_view::npos ? std::nullopt : number(rest_.substr(0, colon));
    if (!size || rest_.size() - colon - 1 < *size) return std::nullopt;
    std::string text(rest_.substr(colon + 1, *size));
    rest_.remove_prefix(colon + 1 + *size);
    return text;
  }
  static std::optional<std::size_t> number(std::string_view digits) {
    constexpr std::size_t kMostDigits = 18;
    std::size_t value = 0;
    if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
    for (const char c : digits) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + static_cast<std::size_t>(c - '0');
    }
    return value;
  }

 private:
  std::string_view rest_;
};

std::string packed(const UserSession& session) {
  std::string text;
  for (const std::string* const one :
       {&session.subject, &session.claims, &session.access_token, &session.refresh_token}) {
    Texts::put(text, *one);
  }
  for (const Time at : {session.logged_in_at, session.token_ends_at}) {
    Texts::put(text, std::to_string(at.time_since_epoch().count()));
  }
  return text;
}

std::optional<UserSession> unpacked(std::string_view text) {
  Texts texts(text);
  UserSession session;
  for (std::string* const one :
       {&session.subject, &session.claims, &session.access_token, &session.refresh_token}) {
    auto part = texts.take();
    if (!part) return std::nullopt;
    *one = std::move(*part);
  }
  for (Time* const at : {&session.logged_in_at, &session.token_ends_at}) {
    const auto part = texts.take();
    const auto ticks = part ? Texts::number(*part) : std::nullopt;
    if (!ticks) return std::nullopt;
    *at = Time(Duration(static_cast<Duration::rep>(*ticks)));
  }
  return session;
}

std::string numbered(std::string_view name, int number) {
  return std::string(name) + "-" + std::to_string(number);
}

/// Whether `pair`, of a Cookie field, is one of `name`'s.
bool is_of_session(std::string_view pair, std::string_view name) {
  pair.remove_prefix(std::min(pair.find_first_not_of(' '), pair.size()));
  const std::string_view sent = pair.substr(0, pair.find('='));
  return sent.size() == name.size() + 2 && sent.starts_with(name) && sent[name.size()] == '-' &&
         sent.back() >= '0' && sent.back() < '0' + kMostCookies;
}

/// `value` without them; what separated them from the cookies before stays, as it was seen on AWS.
std::string without_session(std::string_view value, std::string_view name) {
  std::string left;
  while (!value.empty()) {
    const auto end = std::min(value.find(';'), value.size());
    auto next = std::min(end + 1, value.size());
    while (next < value.size() && value[next] == ' ') ++next;
    if (!is_of_session(value.substr(0, end), name)) left += value.substr(0, next);
    value.remove_prefix(next);
  }
  return left;
}

}  // namespace

SessionCookies::SessionCookies(std::string_view load_balancer)
    : seal_("sessions of " + std::string(load_balancer)) {}

/// A session that became smaller leaves cookies of the larger one behind: the first few that fit
/// together are it.
SessionCookies::Sent SessionCookies::read(const http::Headers& headers,
                                          std::string_view name) const {
  Sent sent;
  std::string sealed;
  for (int i = 0; i < kMostCookies; ++i) {
    const auto part = http::find_cookie(headers, numbered(name, i));
    if (!part) break;
    sent.sent = true;
    sealed += *part;
    const auto text = seal_.open(sealed);
    if (!text) continue;
    sent.session = unpacked(*text);
    break;
  }
  return sent;
}

std::vector<std::string> SessionCookies::write(const UserSession& session, std::string_view name,
                                               Time now, bool cross_site, Rng& rng) const {
  const std::string sealed = seal_.seal(packed(session), rng);
  const std::string attributes = "; Expires=" + http_date(now + std::chrono::days(7)) +
                                 "; Path=/; Secure; HttpOnly" +
                                 (cross_site ? "; SameSite=None" : "");
  std::vector<std::string> cookies;
  for (std::size_t at = 0; at < sealed.size(); at += kCookieValue) {
    const int number = static_cast<int>(cookies.size());
    if (number == kMostCookies) return {};
    cookies.push_back(numbered(name, number) + "=" + sealed.substr(at, kCookieValue) + attributes);
  }
  return cookies;
}

void SessionCookies::take_away(http::Request& request, std::string_view name) {
  auto& fields = request.headers.fields();
  for (http::Field& field : fields) {
    if (!iequals(field.name, "cookie")) continue;
    const std::string left = without_session(field.value, name);
    if (left.size() != field.value.size()) field.value = request.arena.copy(left);
  }
  std::erase_if(fields, [](const http::Field& field) {
    return field.value.empty() && iequals(field.name, "cookie");
  });
}

}  // namespace hoplab::aws
