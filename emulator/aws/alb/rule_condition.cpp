#include "aws/alb/rule_condition.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "aws/alb/authority.h"
#include "aws/alb/url_path.h"

namespace hoplab::aws {

using Field = model::RuleCondition::Field;
using Letters = WildcardPattern::Letters;

std::optional<IpAddress> parse_ip(std::string_view text) {
  char name[INET6_ADDRSTRLEN];
  if (text.size() >= sizeof name) return std::nullopt;
  std::memcpy(name, text.data(), text.size());
  name[text.size()] = '\0';
  IpAddress address;
  address.v6 = text.find(':') != std::string_view::npos;
  const int family = address.v6 ? AF_INET6 : AF_INET;
  if (::inet_pton(family, name, address.bytes.data()) != 1) return std::nullopt;
  return address;
}

std::string_view RuleSubject::host() const noexcept {
  return split_authority(request_.authority).host;
}

std::string_view RuleSubject::path() {
  if (!path_) path_ = normalised_path(request_.target, path_room_);
  return *path_;
}

std::string_view RuleSubject::query() const noexcept {
  const auto question = request_.target.find('?');
  return question == std::string_view::npos ? std::string_view()
                                            : request_.target.substr(question + 1);
}

const std::optional<IpAddress>& RuleSubject::source() {
  if (!source_) source_.emplace(parse_ip(source_ip_));
  return *source_;
}

RuleCondition::RuleCondition(const model::RuleCondition& condition)
    : field_(condition.field), header_name_(condition.http_header_name) {
  switch (field_) {
    case Field::source_ip: prepare_networks(condition); break;
    case Field::query_string: prepare_queries(condition); break;
    case Field::http_request_method: methods_ = condition.values; break;
    case Field::host_header:
    case Field::path_pattern:
    case Field::http_header: {
      const auto letters = field_ == Field::path_pattern ? Letters::exact : Letters::any_case;
      for (const auto& value : condition.values) patterns_.emplace_back(value, letters);
      break;
    }
  }
}

/// "10.0.0.0/8", or one address. The model has validated them; what does not parse matches nothing.
void RuleCondition::prepare_networks(const model::RuleCondition& condition) {
  for (const std::string_view cidr : condition.values) {
    const auto slash = cidr.find('/');
    const auto address = parse_ip(cidr.substr(0, slash));
    if (!address) continue;
    const int most = address->v6 ? 128 : 32;
    int bits = most;
    if (slash != std::string_view::npos) {
      const auto digits = cidr.substr(slash + 1);
      const auto end = digits.data() + digits.size();
      const auto [read, error] = std::from_chars(digits.data(), end, bits);
      if (error != std::errc() || read != end || bits < 0 || bits > most) continue;
    }
    networks_.push_back({*address, bits});
  }
}

void RuleCondition::prepare_queries(const model::RuleCondition& condition) {
  constexpr auto kEscapes = WildcardPattern::Backslash::escapes;
  for (const auto& [key, value] : condition.query) {
    QueryPattern pattern{{}, WildcardPattern(value, Letters::any_case, kEscapes)};
    if (!key.empty()) pattern.key.emplace(key, Letters::any_case, kEscapes);
    queries_.push_back(std::move(pattern));
  }
}

bool RuleCondition::matches(RuleSubject& subject) const {
  switch (field_) {
    case Field::host_header: return any_pattern(subject.host());
    case Field::path_pattern: return any_pattern(subject.path());
    case Field::http_header: return any_header(subject.request().headers);
    case Field::http_request_method: return any_method(subject.request().method);
    case Field::query_string: return any_query(subject.query());
    case Field::source_ip: return any_network(subject.source());
  }
  return false;
}

bool RuleCondition::any_pattern(std::string_view text) const noexcept {
  return std::ranges::any_of(patterns_, [text](const auto& each) { return each.matches(text); });
}

bool RuleCondition::any_header(const http::Headers& headers) const noexcept {
  return std::ranges::any_of(headers.fields(), [this](const http::Field& field) {
    return http::iequals(field.name, header_name_) && any_pattern(field.value);
  });
}

bool RuleCondition::any_method(std::string_view method) const noexcept {
  return std::ranges::find(methods_, method) != methods_.end();
}

/// Key and value as they stand in the query, not decoded: AWS speaks of no decoding.
bool RuleCondition::any_query(std::string_view query) const noexcept {
  while (!query.empty()) {
    const auto ampersand = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, ampersand);
    const auto equals = std::min(pair.find('='), pair.size());
    const auto key = pair.substr(0, equals);
    const auto value = pair.substr(std::min(equals + 1, pair.size()));
    const bool found = std::ranges::any_of(queries_, [&](const QueryPattern& wanted) {
      return (!wanted.key || wanted.key->matches(key)) && wanted.value.matches(value);
    });
    if (found) return true;
    query.remove_prefix(std::min(ampersand + 1, query.size()));
  }
  return false;
}

bool RuleCondition::any_network(const std::optional<IpAddress>& source) const noexcept {
  return source && std::ranges::any_of(networks_, [&source](const Network& network) {
           return network.contains(*source);
         });
}

bool RuleCondition::Network::contains(const IpAddress& candidate) const noexcept {
  if (candidate.v6 != address.v6) return false;
  const auto whole = static_cast<std::size_t>(bits / 8);
  if (std::memcmp(address.bytes.data(), candidate.bytes.data(), whole) != 0) return false;
  if (bits % 8 == 0) return true;
  const int mask = 0xff << (8 - bits % 8);
  return ((address.bytes[whole] ^ candidate.bytes[whole]) & mask) == 0;
}

}  // namespace hoplab::aws
