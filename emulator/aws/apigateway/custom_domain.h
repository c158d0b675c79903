// A custom domain name of REST APIs: which API stands at which path, and whom it lets in
// (apigateway.md 4, apigateway-features.md 11).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aws/apigateway/selection.h"
#include "aws/iam/resource_policy.h"
#include "base/result.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Of a private custom domain name, as policies see it.
struct PrivateDomain {
  std::string account;
  std::string resource;  // "domainnames/{name}+{id}"
  std::string arn;       // execute-api:viaDomainArn: the execute-api ARN of that resource
  ResourcePolicy policy;
  std::vector<std::string> vpce_ids;  // of its access associations
};

class CustomDomain {
 public:
  using ApiByName = std::function<const ApiStages*(const std::string& name)>;

  /// Errors name the mapping or the rule.
  static Result<CustomDomain> compile(const model::DomainName& model,
                                      const model::Topology& topology,
                                      const SelectionOptions& options, const ApiByName& api_of);

  /// Allocates nothing. The Selection refers to this object.
  [[nodiscard]] Selection choose(const Addressing& addressing) const noexcept;

 private:
  struct Mapping {
    std::string base_path;       // without slashes around; empty: root
    ApiStages stages;            // that may be meant
    bool stage_in_path = false;  // a mapping without a stage
  };
  struct Rule {
    std::string id;  // $context.customDomain.routingRuleIdMatched
    int priority = 0;
    model::Texts headers;
    std::vector<std::string> base_paths;
    const Api* api = nullptr;
    bool strip_base_path = false;
  };

  Result<void> add_mapping(const model::BasePathMapping& from, const SelectionOptions& options,
                           const ApiByName& api_of);
  Result<void> add_rule(const model::RoutingRule& from, const std::string& domain,
                        const ApiByName& api_of);
  Result<void> add_private(const model::DomainName& model, const model::Topology& topology);
  [[nodiscard]] Selection route(const Addressing& addressing) const noexcept;
  [[nodiscard]] static bool fits(const Rule& rule, const Addressing& addressing,
                                 std::string_view& rest, std::string_view& base_path) noexcept;
  [[nodiscard]] std::optional<Selection> by_rule(const Addressing& addressing) const noexcept;
  [[nodiscard]] Selection by_mapping(std::string_view path) const noexcept;

  std::vector<Mapping> mappings_;  // longest base path first
  std::vector<Rule> rules_;        // lowest priority first
  model::RoutingMode mode_ = model::RoutingMode::base_path_mapping_only;
  std::optional<PrivateDomain> private_;  // nothing: it is REGIONAL
};

}  // namespace hoplab::aws
