#include "aws/alb/rule_router.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

namespace hoplab::aws {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

std::string_view path_of(std::string_view target) { return target.substr(0, target.find('?')); }

std::string_view host_of(std::string_view authority) {
  const auto colon = authority.rfind(':');
  if (colon == std::string_view::npos || authority.find(']', colon) != std::string_view::npos) {
    return authority;
  }
  return authority.substr(0, colon);
}

/// `cidr` is "10.0.0.0/8" or an IPv6 prefix; both sides of one family.
bool in_network(const std::string& cidr, const std::string& address) {
  const auto slash = cidr.find('/');
  const int family = cidr.find(':') == std::string::npos ? AF_INET : AF_INET6;
  unsigned char network[16], candidate[16];
  if (::inet_pton(family, cidr.substr(0, slash).c_str(), network) != 1) return false;
  if (::inet_pton(family, address.c_str(), candidate) != 1) return false;
  int bits = family == AF_INET ? 32 : 128;
  if (slash != std::string::npos) {
    std::from_chars(cidr.data() + slash + 1, cidr.data() + cidr.size(), bits);
  }
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(network, candidate, whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const int mask = 0xff << (8 - bits % 8);
  return ((network[whole] ^ candidate[whole]) & mask) == 0;
}

/// One key=value pair of a query at a time; a key without '=' has an empty value.
template <class Each>
bool any_query_pair(std::string_view target, Each&& each) {
  const auto question = target.find('?');
  if (question == std::string_view::npos) return false;
  for (auto rest = target.substr(question + 1); !rest.empty();) {
    const auto ampersand = rest.find('&');
    const auto pair = rest.substr(0, ampersand);
    const auto equals = pair.find('=');
    const auto value = equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1);
    if (each(pair.substr(0, equals), value)) return true;
    if (ampersand == std::string_view::npos) break;
    rest.remove_prefix(ampersand + 1);
  }
  return false;
}

bool query_matches(const model::RuleCondition& condition, std::string_view target) {
  return any_query_pair(target, [&](std::string_view key, std::string_view value) {
    return std::ranges::any_of(condition.query, [&](const auto& wanted) {
      return (wanted.first.empty() || wildcard_match(wanted.first, key, true)) &&
             wildcard_match(wanted.second, value, true);
    });
  });
}

bool header_matches(const model::RuleCondition& condition, const http::Headers& headers) {
  for (const auto& field : headers.fields()) {
    if (!http::iequals(field.name, condition.http_header_name)) continue;
    for (const auto& value : condition.values) {
      if (wildcard_match(value, field.value, true)) return true;
    }
  }
  return false;
}

bool matches(const model::RuleCondition& condition, const http::Request& request,
             std::string_view client_ip) {
  const auto any = [&condition](auto&& test) { return std::ranges::any_of(condition.values, test); };
  using enum model::RuleCondition::Field;
  switch (condition.field) {
    case host_header:
      return any([&](const auto& value) {
        return wildcard_match(value, host_of(request.authority), true);
      });
    case path_pattern:
      return any([&](const auto& value) {
        return wildcard_match(value, path_of(request.target), false);
      });
    case http_request_method:
      return any([&](const auto& value) { return value == request.method; });
    case source_ip:
      return any([&](const auto& value) { return in_network(value, std::string(client_ip)); });
    case http_header: return header_matches(condition, request.headers);
    case query_string: return query_matches(condition, request.target);
  }
  return false;
}

}  // namespace

bool wildcard_match(std::string_view pattern, std::string_view text, bool ignore_case) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, star_text = 0;
  const auto same = [ignore_case](char a, char b) {
    return a == b || (ignore_case && lower(a) == lower(b));
  };
  while (t < text.size()) {
    // A backslash takes the next character literally (query-string conditions).
    const bool escaped = p + 1 < pattern.size() && pattern[p] == '\\' &&
                         (pattern[p + 1] == '*' || pattern[p + 1] == '?' || pattern[p + 1] == '\\');
    if (escaped && same(pattern[p + 1], text[t])) {
      p += 2;
      ++t;
    } else if (!escaped && p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (!escaped && p < pattern.size() && (pattern[p] == '?' || same(pattern[p], text[t]))) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

RuleRouter::Match RuleRouter::route(const http::Request& request, std::string_view source_ip) const {
  for (const model::Rule& rule : listener_.rules) {
    const bool all = std::ranges::all_of(rule.conditions, [&](const auto& condition) {
      return matches(condition, request, source_ip);
    });
    if (all) return {&rule.action, rule.priority};
  }
  return {&listener_.default_action, 0};
}

}  // namespace hoplab::aws
