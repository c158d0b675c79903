// One condition of a listener rule, prepared: patterns taken apart, networks parsed.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/alb/wildcard_pattern.h"
#include "base/address_range.h"
#include "http/message.h"
#include "model/regex.h"
#include "model/topology.h"

namespace hoplab::aws {

/// What a listener's conditions look at; the costly parts are made when first asked for.
class RuleSubject {
 public:
  /// Both outlive this.
  RuleSubject(const http::Request& request, std::string_view source_ip)
      : request_(request), source_ip_(source_ip) {}
  RuleSubject(const RuleSubject&) = delete;  // views into itself
  RuleSubject& operator=(const RuleSubject&) = delete;

  [[nodiscard]] const http::Request& request() const noexcept { return request_; }
  [[nodiscard]] std::string_view host() const noexcept;  // without a port
  [[nodiscard]] std::string_view path();                 // normalised, without the query
  [[nodiscard]] std::string_view query() const noexcept;
  [[nodiscard]] const std::optional<IpAddress>& source();

 private:
  const http::Request& request_;
  std::string_view source_ip_;
  std::string path_room_;
  std::optional<std::string_view> path_;
  std::optional<std::optional<IpAddress>> source_;
};

class RuleCondition {
 public:
  explicit RuleCondition(const model::RuleCondition& condition);

  /// True when any of the condition's values matches.
  [[nodiscard]] bool matches(RuleSubject& subject) const;

 private:
  struct QueryPattern {
    std::optional<WildcardPattern> key;  // none: any key
    WildcardPattern value;
  };

  void prepare_networks(const model::RuleCondition& condition);
  void prepare_queries(const model::RuleCondition& condition);
  [[nodiscard]] bool any_pattern(std::string_view text) const noexcept;
  [[nodiscard]] bool any_header(const http::Headers& headers) const noexcept;
  [[nodiscard]] bool any_query(std::string_view query) const noexcept;
  [[nodiscard]] bool any_method(std::string_view method) const noexcept;
  [[nodiscard]] bool any_network(const std::optional<IpAddress>& source) const noexcept;

  model::RuleCondition::Field field_;
  std::string header_name_;
  std::vector<std::string> methods_;
  std::vector<WildcardPattern> patterns_;  // of hosts, paths or header values
  std::vector<model::Regex> regexes_;      // likewise, in their place
  std::vector<QueryPattern> queries_;
  AddressSet networks_;
};

}  // namespace hoplab::aws
