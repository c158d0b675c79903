// The order in which an API decides (apigateway.md 18): whatever is wrong with a request at once,
// it is told the first thing in that order.
#include <gtest/gtest.h>

#include <bitset>

#include "base/rng.h"
#include "signing.h"

namespace hoplab::aws::testing {
namespace {

/// What can be wrong, each for itself.
enum Wrong : std::size_t {
  long_header,
  long_url,
  large_body,
  unknown_host,
  no_association,
  no_mapping,
  endpoint_denies,
  domain_denies,
  long_arn,
  api_denies,
  unknown_method,
  bad_signature,
  caller_denied,
  missing_key,
  throttling,
  missing_parameter,
  broken_integration,
  kWrongs,
};
using Wrongs = std::bitset<kWrongs>;

struct Case {
  bool open = false;  // the method's authorization is NONE, else AWS_IAM
  Wrongs wrong;
};

std::string policy(const char* effect, const char* principal) {
  return std::string(R"({"Statement":{"Effect":")") + effect + R"(")" + principal +
         R"(,"Action":"execute-api:Invoke","Resource":"*"}})";
}

constexpr const char* kApiKey = "abcdefghijklmnopqrst";
constexpr const char* kAnyone = R"(,"Principal":"*")";

model::Topology topology_of(const Case& one) {
  model::Topology topology = sample_topology();
  model::RestApi& api = topology.rest_apis[0];
  api.policy = policy(one.wrong[api_denies] ? "Deny" : "Allow", kAnyone);
  api.methods = {method("GET", "/widgets/{proxy+}", "widget")};
  if (!one.open) api.methods[0].authorization = model::AuthorizationType::aws_iam;
  if (one.wrong[broken_integration]) {
    api.methods[0].integration.body.clear();
    api.methods[0].integration.body_bytes = kMaxPayloadBytes + 1;
  }
  api.methods[0].api_key_required = true;
  topology.api_keys.emplace_back() = {"key", kApiKey};
  model::UsagePlan& plan = topology.usage_plans.emplace_back();
  plan.name = "plan";
  plan.api_stages = {{"widgets", "prod", {}}};
  plan.api_keys = {"key"};
  if (one.wrong[throttling]) {
    auto& settings = api.stages.front().method_settings.emplace_back();
    settings.throttling_rate_limit = 0;
    settings.throttling_burst_limit = 0;
  }
  api.request_validators = {{"parameters", false, true}};
  api.methods[0].request_validator = "parameters";
  api.methods[0].request_parameters = {{"method.request.header.X-Item", true}};
  topology.access_keys.push_back(alice());
  if (one.wrong[caller_denied]) topology.access_keys[0].policies = {policy("Deny", "")};
  model::VpcEndpoint& endpoint = topology.vpc_endpoints[0];
  endpoint.service_name = "execute-api";
  if (one.wrong[endpoint_denies]) endpoint.policy = policy("Deny", kAnyone);
  model::DomainName& domain = topology.domain_names.emplace_back();
  domain.name = "private.example.com";
  domain.endpoint_type = "PRIVATE";
  domain.account = api.account;
  if (!one.wrong[domain_denies]) domain.policy = policy("Allow", kAnyone);
  if (!one.wrong[no_association]) domain.vpc_endpoints = {"endpoint"};
  domain.base_path_mappings = {{"shop", "widgets", "prod"}};
  return topology;
}

Ask ask_of(const Case& one) {
  Ask ask;
  ask.method = one.wrong[unknown_method] ? "PATCH" : "GET";
  ask.host = one.wrong[unknown_host] ? "unknown.example.com" : "private.example.com";
  ask.target = one.wrong[no_mapping] ? "/nowhere/widgets/" : "/shop/widgets/";
  ask.target += std::string(one.wrong[long_arn] ? kMaxMethodArnBytes : 1, 'a');
  if (one.wrong[long_url]) ask.target += "?" + std::string(kMaxUrlBytes, 'q');
  const std::string item(one.wrong[long_header] ? kMaxHeaderBytes : 1, 'x');
  if (!one.wrong[missing_key]) ask.headers.emplace_back("X-Api-Key", kApiKey);
  ask.headers.emplace_back(one.wrong[missing_parameter] ? "X-Other" : "X-Item", item);
  if (one.wrong[large_body]) ask.body_bytes = kMaxPayloadBytes + 1;
  return signed_ask(ask, {.secret = one.wrong[bad_signature] ? "x" : kSecret});
}

/// In the order of the decisions.
Outcome expected(const Case& one) {
  const auto& wrong = one.wrong;
  if (wrong[long_header]) return Outcome::header_too_large;
  if (wrong[long_url]) return Outcome::uri_too_long;
  if (wrong[large_body]) return Outcome::body_too_large;
  if (wrong[unknown_host]) return Outcome::no_api;
  if (wrong[no_association]) return Outcome::no_access_association;
  if (wrong[no_mapping]) return Outcome::no_stage;
  if (wrong[endpoint_denies]) {  // who looks at the signature, too
    return wrong[bad_signature] ? Outcome::signature_refused : Outcome::explicit_deny;
  }
  if (wrong[domain_denies]) return Outcome::implicit_deny;
  // The ARN of an unknown route has no path.
  if (wrong[long_arn] && !wrong[unknown_method]) return Outcome::uri_too_long;
  if (wrong[api_denies] && (one.open || wrong[unknown_method])) return Outcome::explicit_deny;
  if (wrong[unknown_method]) {
    return wrong[bad_signature] ? Outcome::signature_refused
                                : Outcome::missing_authentication_token;
  }
  if (!one.open && wrong[bad_signature]) return Outcome::signature_refused;
  if (!one.open && (wrong[caller_denied] || wrong[api_denies])) return Outcome::explicit_deny;
  if (wrong[missing_key]) return Outcome::invalid_api_key;
  if (wrong[throttling]) return Outcome::throttled;
  if (wrong[missing_parameter]) return Outcome::bad_request_parameters;
  return wrong[broken_integration] ? Outcome::integration_error : Outcome::answered;
}

void expect_order(const Case& one) {
  const Answer answer = Gateway(topology_of(one)).send(ask_of(one));
  EXPECT_EQ(to_text(answer.outcome), to_text(expected(one)))
      << (one.open ? "open, " : "signed, ") << one.wrong << ": " << answer.text();
}

TEST(GateOrder, EachGateRefusesByItself) {
  for (const bool open : {true, false}) {
    expect_order({open, {}});
    for (std::size_t i = 0; i < kWrongs; ++i) expect_order({open, Wrongs().set(i)});
  }
}

TEST(GateOrder, OfAllThatIsWrongTheFirstThingIsTold) {
  Rng random(1);
  constexpr int kCases = 2000;
  for (int i = 0; i < kCases; ++i) {
    Case one{random.below(2) == 0, {}};
    const auto rare = 2 + random.below(12);
    for (std::size_t wrong = 0; wrong < kWrongs; ++wrong) {
      if (random.below(rare) == 0) one.wrong.set(wrong);
    }
    expect_order(one);
  }
}

}  // namespace
}  // namespace hoplab::aws::testing
