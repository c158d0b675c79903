#include "aws/alb/rule_condition.h"

#include <algorithm>

#include "aws/alb/url_path.h"
#include "base/ascii.h"
#include "http/authority.h"

namespace hoplab::aws {

using Letters = WildcardPattern::Letters;

std::string_view RuleSubject::host() const noexcept {
  return http::split_authority(request_.authority).host;
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
    case model::RuleCondition::Field::source_ip: prepare_networks(condition); break;
    case model::RuleCondition::Field::query_string: prepare_queries(condition); break;
    case model::RuleCondition::Field::http_request_method: methods_ = condition.values; break;
    case model::RuleCondition::Field::host_header:
    case model::RuleCondition::Field::path_pattern:
    case model::RuleCondition::Field::http_header: {
      const bool exact = field_ == model::RuleCondition::Field::path_pattern;
      for (const auto& value : condition.values) {
        patterns_.emplace_back(value, exact ? Letters::exact : Letters::any_case);
      }
      // UNDOCUMENTED for regular expressions: the case counts as it does for other values.
      using Regex = model::Regex;
      for (const auto& value : condition.regex_values) {
        regexes_.emplace_back(value, exact ? Regex::Letters::exact : Regex::Letters::any_case);
      }
      break;
    }
  }
}

/// The model has validated them; what does not parse matches nothing.
void RuleCondition::prepare_networks(const model::RuleCondition& condition) {
  for (const std::string_view cidr : condition.values) {
    if (const auto range = parse_range(cidr)) networks_.push_back(range.value());
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
    case model::RuleCondition::Field::host_header: return any_pattern(subject.host());
    case model::RuleCondition::Field::path_pattern: return any_pattern(subject.path());
    case model::RuleCondition::Field::http_header: return any_header(subject.request().headers);
    case model::RuleCondition::Field::http_request_method:
      return any_method(subject.request().method);
    case model::RuleCondition::Field::query_string: return any_query(subject.query());
    case model::RuleCondition::Field::source_ip: return any_network(subject.source());
  }
  return false;
}

bool RuleCondition::any_pattern(std::string_view text) const noexcept {
  return std::ranges::any_of(patterns_, [text](const auto& each) { return each.matches(text); }) ||
         std::ranges::any_of(regexes_, [text](const auto& each) { return each.found_in(text); });
}

bool RuleCondition::any_header(const http::Headers& headers) const noexcept {
  return std::ranges::any_of(headers.fields(), [this](const http::Field& field) {
    return iequals(field.name, header_name_) && any_pattern(field.value);
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
  return source && std::ranges::any_of(networks_, [&source](const AddressRange& network) {
           return network.contains(*source);
         });
}

}  // namespace hoplab::aws
