// libFuzzer target: the text of a policy, and a request by somebody that it is asked about.
//
// Checks, beside memory safety: who is denied explicitly stays so whatever Allow comes beside it; a
// policy without an Allow allows nothing; an unconditional Deny denies everybody; texts of refusals
// are valid JSON.
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "aws/iam/access_decision.h"
#include "aws/iam/access_keys.h"
#include "check.h"

namespace {

using namespace hoplab;
using namespace hoplab::aws;
using namespace hoplab::fuzz;
using Json = nlohmann::ordered_json;

/// With `more` as a further statement.
Json with_statement(Json document, const char* effect, const Policy::Use& use) {
  Json more = {{"Effect", effect}, {"Action", "*"}, {"Resource", "*"}};
  const bool has_principal =
      use.kind == Policy::Kind::resource || use.kind == Policy::Kind::endpoint;
  if (has_principal) more["Principal"] = "*";
  Json& statements = document["Statement"];
  if (!statements.is_array()) statements = Json::array({statements});
  statements.push_back(more);
  return document;
}

PolicyDecision evaluated(const Json& document, const Policy::Use& use,
                         const RequestContext& request) {
  const auto policy = Policy::read(document, use);
  check(policy.ok());
  return policy.value().evaluate(request);
}

void fuzz_policy(std::string_view text, const Policy::Use& use, const RequestContext& request) {
  const auto policy = Policy::parse(text, use);
  if (!policy) {
    check(policy.error().starts_with("policy: "));
    return;
  }
  const auto decision = policy.value().evaluate(request);
  saw(static_cast<unsigned>(decision));
  const auto document = Json::parse(text, nullptr, false);
  check(!document.is_discarded());
  const bool denied = decision == PolicyDecision::explicit_deny;
  check(evaluated(with_statement(document, "Allow", use), use, request) ==
        (denied ? PolicyDecision::explicit_deny : PolicyDecision::allowed));
  check(evaluated(with_statement(document, "Deny", use), use, request) ==
        PolicyDecision::explicit_deny);
  if (text.find("Allow") == std::string_view::npos && text.find('\\') == std::string_view::npos) {
    check(decision == PolicyDecision::implicit_deny || denied);
  }
  for (const auto other : {PolicyDecision::allowed, PolicyDecision::implicit_deny}) {
    const auto within = decide_within_account(decision, other);
    const auto across = decide_across_accounts(other, decision);
    check(!denied || (!within.allowed && within.explicit_deny && !across.allowed));
    const auto body = access_denied_body({"r", "111122223333", "a", request.resource}, within,
                                         DenialWording::names_policy);
    check(nlohmann::json::accept(body));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  // Choices, the length of the resource, the resource, and all the rest is the policy.
  std::string_view rest(reinterpret_cast<const char*>(data) + 2, size - 2);
  const std::string resource = "prod/GET/" + std::string(rest.substr(0, data[1]));
  rest.remove_prefix(std::min<std::size_t>(data[1], rest.size()));
  Identity identity;
  identity.arn = "arn:aws:sts::444455556666:assumed-role/reader/*";
  identity.account = "444455556666";
  identity.role_arn = "arn:aws:iam::444455556666:role/reader";
  identity.user_id = "AROA:*";
  identity.organization_paths = {"o/r/", "o/r/u/"};
  identity.tags = {{"team", resource}};
  const PolicyScope scope{"eu-west-1", "111122223333", "abcde12345"};
  const std::string arn = scope.resource_prefix() + resource;
  RequestContext request;
  request.resource = resource;
  request.arn = arn;
  request.vpc_source_ip = "10.0.0.1";
  request.source_vpce = "vpce-1";
  request.user_agent = resource;
  request.caller = data[0] & 1 ? &identity : nullptr;
  const auto kind = static_cast<Policy::Kind>(data[0] >> 1 & 3);
  fuzz_policy(rest, {kind, scope, (data[0] & 8) != 0}, request);
  return 0;
}
