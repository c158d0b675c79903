// IAM's policy language as far as execute-api:Invoke needs it (apigateway.md 5, 6): policies of an
// API, of a private custom domain, of a VPC endpoint, of a caller, and those that a Lambda
// authorizer returns. Compiled once; evaluation allocates only for policy variables.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "aws/iam/policy_condition.h"
#include "aws/iam/policy_principal.h"
#include "aws/iam/request_context.h"
#include "base/result.h"

namespace hoplab::aws {

enum class PolicyDecision : std::uint8_t {
  allowed,
  implicit_deny,
  explicit_deny,
  /// An Allow, but for the caller's account as a whole: within one account it leaves the decision
  /// to the caller's own policies ("IAM JSON policy elements: Principal", account principals).
  allowed_to_account,
};

/// The API a policy belongs to; expands the short resource forms `execute-api:/*`. Of a private
/// custom domain: without an api_id, and then `resource` of a request is `domainnames/{name}+{id}`.
struct PolicyScope {
  std::string region;
  std::string account;  // 12 digits
  std::string api_id;
  /// `arn:aws:execute-api:{region}:{account}:{api}/`
  [[nodiscard]] std::string resource_prefix() const;
};

/// What an endpoint without a policy of its own has (apigateway.md 6).
inline constexpr std::string_view kDefaultEndpointPolicy =
    R"({"Statement":[{"Action":"*","Effect":"Allow","Principal":"*","Resource":"*"}]})";

class Policy {
 public:
  enum class Kind : std::uint8_t {
    resource,    // of an API or a domain: Principal, execute-api actions, the scope's resources
    endpoint,    // Principal, any actions and resources
    identity,    // no Principal
    authorizer,  // no Principal; Resource of at most 512 characters
  };
  struct Use {
    Kind kind = Kind::resource;
    PolicyScope scope = {};     // of resource only
    bool callers_sign = false;  // of resource only: some method has AWS_IAM authorization
  };

  /// Reads policy JSON. What has no effect at all is refused, and the error names the statement and
  /// the element, operator or key.
  static Result<Policy> parse(std::string_view json, const Use& use);
  /// Likewise, of a policyDocument.
  static Result<Policy> read(const nlohmann::ordered_json& document, const Use& use);

  /// An explicit Allow is needed, and any Deny wins. `request.arn` is needed by all kinds but
  /// resource.
  [[nodiscard]] PolicyDecision evaluate(const RequestContext& request) const noexcept;

 private:
  friend class PolicyReader;
  struct Statement {
    bool deny = false;
    PolicyPrincipal principal = PolicyPrincipal::anyone();
    bool any_resource = false;           // matches whatever the request's resource is
    bool inverted_resource = false;      // NotResource
    std::vector<std::string> resources;  // patterns for "{stage}/{VERB}/{path}"
    std::vector<PolicyText> arns;        // patterns for the whole ARN
    std::vector<Condition> conditions;   // all must hold
  };
  [[nodiscard]] PolicyPrincipal::Match match(const Statement& statement,
                                             const RequestContext& request) const noexcept;
  [[nodiscard]] bool lists_resource(const Statement& statement,
                                    const RequestContext& request) const;

  std::string prefix_;  // of resource: what every ARN begins with
  // Only statements that can match an Invoke are kept.
  std::vector<Statement> denies_;
  std::vector<Statement> allows_;
};

/// Of several policies together, such as all of one caller.
[[nodiscard]] PolicyDecision evaluate(std::span<const Policy> policies,
                                      const RequestContext& request) noexcept;

}  // namespace hoplab::aws
