#include "http/secrets.h"

#include <algorithm>

#include "base/ascii.h"
#include "http/h1/http1_chars.h"

namespace hoplab::http {

namespace {

/// How names end that are secret, in small letters and without hyphens.
constexpr std::string_view kEndings[] = {
    "authorization", "cookie",    "apikey",    "token",      "secret",     "password", "passwd",
    "pwd",           "signature", "accesskey", "privatekey", "credential", "session"};
/// What ends so and is none: pages of lists.
constexpr std::string_view kHarmless[] = {"nexttoken", "continuationtoken", "pagetoken",
                                          "startingtoken"};

std::string plain(std::string_view name) {
  std::string letters;
  for (const char c : name) {
    if (c != '-' && c != '_' && c != '.') letters += lower_case(c);
  }
  return letters;
}

/// Whether a text is long enough for its like not to stand elsewhere by chance.
bool is_telling(std::string_view text) {
  constexpr std::size_t kShortest = 6;
  return text.size() >= kShortest;
}

}  // namespace

bool is_secret(std::string_view name) {
  const std::string letters = plain(name);
  if (std::ranges::find(kHarmless, letters) != std::end(kHarmless)) return false;
  return std::ranges::any_of(kEndings,
                             [&](std::string_view ending) { return letters.ends_with(ending); });
}

std::string masked_target(std::string_view target) {
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return std::string(target);
  std::string text(target.substr(0, mark + 1));
  for (std::string_view rest = target.substr(mark + 1); !rest.empty();) {
    const std::string_view member = rest.substr(0, rest.find('&'));
    const auto equals = member.find('=');
    const bool secret = equals != std::string_view::npos && is_secret(member.substr(0, equals));
    text += secret ? member.substr(0, equals + 1) : member;
    if (secret) text += kMasked;
    rest.remove_prefix(member.size());
    if (!rest.empty()) {
      text += '&';
      rest.remove_prefix(1);
    }
  }
  return text;
}

std::vector<std::string> secrets_in(std::string_view value) {
  std::vector<std::string> found;
  const auto add = [&found](std::string_view text) {
    if (is_telling(text)) found.emplace_back(text);
  };
  add(value);
  const auto space = value.find(' ');
  if (space != std::string_view::npos) add(value.substr(space + 1));
  for (std::string_view rest = value; !rest.empty();) {
    const std::string_view part = chars::trim(rest.substr(0, rest.find(';')));
    const auto equals = part.find('=');
    if (equals != std::string_view::npos) add(part.substr(equals + 1));
    rest.remove_prefix(std::min(
        rest.size(), rest.find(';') == std::string_view::npos ? rest.size() : rest.find(';') + 1));
  }
  // The longest first: what is within another goes with it.
  std::ranges::sort(found, std::ranges::greater(), &std::string::size);
  return found;
}

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  for (const std::string& secret : secrets) {
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
      text.replace(at, secret.size(), kMasked);
      at += kMasked.size();
    }
  }
  return text;
}

}  // namespace hoplab::http
