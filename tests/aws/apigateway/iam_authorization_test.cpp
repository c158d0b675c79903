// Methods with AWS_IAM authorization, policies of endpoints and of private custom domain names, at
// the gates of an API.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "signing.h"

namespace hoplab::aws::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr const char* kNobody =
    R"({"Statement":[{"Effect":"Allow","Principal":"*",)"
    R"("Action":"execute-api:Invoke","Resource":"execute-api:/none"}]})";
constexpr const char* kEverybody =
    R"({"Statement":[{"Effect":"Allow","Principal":"*",)"
    R"("Action":"execute-api:Invoke","Resource":"execute-api:/*"}]})";

std::string identity_policy(const std::string& effect) {
  return R"({"Statement":{"Effect":")" + effect +
         R"(","Action":"execute-api:Invoke","Resource":"*"}})";
}

/// GET /widgets with AWS_IAM; the API's policy allows nothing.
model::Topology iam_topology() {
  model::Topology topology = sample_topology();
  topology.rest_apis[0].policy = kNobody;
  topology.rest_apis[0].methods[0].authorization = model::AuthorizationType::aws_iam;
  topology.access_keys.push_back(alice());
  topology.vpc_endpoints[0].service_name = "execute-api";
  return topology;
}

std::string type_of(const Answer& answer) {
  return answer.header("x-amzn-ErrorType").value_or("");
}

TEST(IamAuthorization, ASignedRequestOfSomebodyAllowedPasses) {
  Gateway gateway(iam_topology());
  EXPECT_TRUE(gateway.api->reads_bodies());
  EXPECT_EQ(gateway.send(signed_ask({})).status(), 200);
  EXPECT_EQ(gateway.send(signed_ask({.target = "/widgets?b=2&a=%20x"})).status(), 200);
}

TEST(IamAuthorization, EachWrongSignatureHasItsWords) {
  Gateway gateway(iam_topology());
  struct Row {
    Ask ask;
    const char *type, *message, *detail;
  };
  const auto minutes = [&](int count) { return gateway.now + std::chrono::minutes(count); };
  Ask moved = signed_ask({});
  moved.host = "other.example.com";
  moved.headers.emplace_back("x-apigw-api-id", "abcde12345");
  moved.target = "/prod/widgets";
  const Row rows[] = {
      {{},
       "MissingAuthenticationTokenException",
       "Missing Authentication Token",
       "missing-signature"},
      {{.headers = {{"Authorization", "Bearer x"}}},
       "IncompleteSignatureException",
       "Invalid key=value pair (missing equal-sign)",
       ""},
      {signed_ask({}, {.access_key_id = "AKIANOBODY"}), "UnrecognizedClientException",
       "The security token included in the request is invalid.", "unknown-access-key"},
      {signed_ask({}, {.secret = "another"}), "InvalidSignatureException",
       "The request signature we calculated does not match", "wrong-signature"},
      {moved, "InvalidSignatureException", "The request signature we calculated does not match",
       "wrong-signature"},
      {signed_ask({}, {.at = minutes(-6)}), "InvalidSignatureException",
       "Signature expired: ", "expired-signature"},
      {signed_ask({}, {.at = minutes(6)}), "InvalidSignatureException",
       "Signature not yet current: ", "signature-not-yet-current"},
      {signed_ask({}, {.region = "us-east-1"}), "InvalidSignatureException",
       "Credential should be scoped to a valid region, not 'us-east-1'", "wrong-credential-scope"},
  };
  for (const Row& row : rows) {
    const Answer answer = gateway.send(row.ask);
    EXPECT_EQ(answer.status(), 403) << row.message;
    EXPECT_EQ(type_of(answer), row.type) << row.message;
    EXPECT_THAT(answer.text(), StartsWith(R"({"message":")" + std::string(row.message)));
    EXPECT_EQ(answer.detail, row.detail) << row.message;
  }
}

TEST(IamAuthorization, TemporaryCredentialsExpireCountedFromTheStart) {
  auto topology = iam_topology();
  model::AccessKey& key = topology.access_keys.emplace_back(alice());
  key.name = "session";
  key.access_key_id = "ASIASESSION";
  key.session_token = "token";
  key.expiration_s = 60;
  key.principal_arn = "arn:aws:sts::111122223333:assumed-role/reader/alice";
  const Signing how{.access_key_id = "ASIASESSION", .token = "token"};
  const Time now = Signing().at;
  EXPECT_EQ(Gateway(topology, {.start = now}).send(signed_ask({}, how)).status(), 200);
  Gateway late(topology, {.start = now - std::chrono::seconds(61)});
  const Answer answer = late.send(signed_ask({}, how));
  EXPECT_EQ(type_of(answer), "ExpiredTokenException");
  EXPECT_EQ(answer.text(),
            R"({"message":"The security token included in the request is expired"})");
  // A new configuration of the same emulator has the same start.
  late.api = std::move(ExecuteApi::build(topology, {.start = now}, late.api.get())).value();
  EXPECT_EQ(type_of(late.send(signed_ask({}, how))), "ExpiredTokenException");
}

// apigateway.md 5.1.
TEST(IamAuthorization, TablesAAndBDecide) {
  struct Row {
    std::string arn, identity;
    const char* policy;
    int status;
    const char* detail;
  };
  const std::string near = "arn:aws:iam::111122223333:user/alice";
  const std::string far = "arn:aws:iam::444455556666:user/alice";
  const Row rows[] = {
      {near, "Allow", kNobody, 200, ""},
      {near, "", kEverybody, 200, ""},
      {near, "", kNobody, 403, "the caller's policies"},
      {near, "Deny", kEverybody, 403, "the caller's policies"},
      {far, "Allow", kEverybody, 200, ""},
      {far, "Allow", kNobody, 403, ""},
      {far, "", kEverybody, 403, "the caller's policies"},
      {"arn:aws:iam::111122223333:root", "", kNobody, 200, ""},
  };
  for (const Row& row : rows) {
    auto topology = iam_topology();
    topology.rest_apis[0].policy = row.policy;
    topology.access_keys.clear();
    model::AccessKey& key = topology.access_keys.emplace_back(alice());
    key.principal_arn = row.arn;
    key.policies.clear();
    if (!row.identity.empty()) key.policies = {identity_policy(row.identity)};
    const Answer answer = Gateway(topology).send(signed_ask({}));
    const auto where = ::testing::Message() << "row " << &row - rows << ": " << answer.text();
    EXPECT_EQ(answer.status(), row.status) << where;
    EXPECT_EQ(answer.detail, row.detail) << where;
    if (row.status == 200) continue;
    EXPECT_EQ(type_of(answer), "AccessDeniedException") << where;
    EXPECT_THAT(answer.text(), StartsWith(R"({"Message":"User: )" + row.arn +
                                          " is not authorized to perform: execute-api:Invoke on "
                                          "resource: arn:aws:execute-api:eu-west-1:********3333:"
                                          "abcde12345/prod/GET/widgets"));
  }
}

TEST(IamAuthorization, AnUnknownRouteLooksAtASignatureToo) {
  Gateway gateway(iam_topology());
  gateway.api.reset();
  auto topology = iam_topology();
  topology.rest_apis[0].policy = kEverybody;  // which an unknown route asks first
  gateway.api = std::move(ExecuteApi::build(topology)).value();
  const Answer good = gateway.send(signed_ask({.target = "/other"}));
  EXPECT_EQ(type_of(good), "MissingAuthenticationTokenException");
  EXPECT_EQ(good.outcome, Outcome::missing_authentication_token);
  const Answer bad = gateway.send(signed_ask({.target = "/other"}, {.secret = "x"}));
  EXPECT_EQ(type_of(bad), "InvalidSignatureException");
  const Answer bearer = gateway.send({.target = "/other", .headers = {{"Authorization", "B x"}}});
  EXPECT_EQ(type_of(bearer), "IncompleteSignatureException");
}

TEST(IamAuthorization, WhoHasSignedIsInTheEventAndTheAuthorizationIsNot) {
  auto topology = iam_topology();
  model::Method& method = topology.rest_apis[0].methods[0];
  method.integration = {};
  method.integration.type = model::IntegrationType::aws_proxy;
  method.integration.function = "f";
  topology.access_keys[0].principal_org_id = "o-example";
  Gateway gateway(topology);
  const auto event = nlohmann::json::parse(gateway.send(signed_ask({.body = "hello"})).event);
  const auto& identity = event["requestContext"]["identity"];
  EXPECT_EQ(identity["accessKey"], "AKIAALICE");
  EXPECT_EQ(identity["accountId"], "111122223333");
  EXPECT_EQ(identity["caller"], "AIDAALICE");
  EXPECT_EQ(identity["user"], "AIDAALICE");
  EXPECT_EQ(identity["userArn"], "arn:aws:iam::111122223333:user/alice");
  EXPECT_EQ(identity["principalOrgId"], "o-example");
  EXPECT_FALSE(event["headers"].contains("Authorization"));
  EXPECT_TRUE(event["headers"].contains("X-Amz-Date"));
}

TEST(IamAuthorization, AnAuthorizerIsCombinedWithThePolicy) {
  auto topology = sample_topology();
  topology.rest_apis[0].methods[0].authorization = model::AuthorizationType::custom;
  EXPECT_EQ(Gateway(topology).send({.vpce = kOtherVpce}).outcome, Outcome::explicit_deny);
  EXPECT_EQ(Gateway(topology).send({}).status(), 200) << "the policy's Allow suffices";
  topology.rest_apis[0].policy = kNobody;
  const Answer none = Gateway(topology).send({});
  EXPECT_EQ(none.text(), R"({"Message":"User is not authorized to access this resource"})");
  EXPECT_EQ(none.detail, "the authorizer's policy");
}

// ---- Endpoint policies --------------------------------------------------------------------------

model::Topology with_endpoint_policy(std::string policy) {
  model::Topology topology = iam_topology();
  topology.rest_apis[0].policy = kEverybody;
  topology.rest_apis[0].methods.push_back(method("GET", "/open", "open"));
  topology.vpc_endpoints[0].policy = std::move(policy);
  return topology;
}

TEST(EndpointPolicy, IsAskedFirst) {
  Gateway gateway(with_endpoint_policy(
      R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":)"
      R"("arn:aws:execute-api:*:*:*/prod/GET/widgets"}})"));
  EXPECT_EQ(gateway.send(signed_ask({})).status(), 200);
  const Answer denied = gateway.send({.target = "/open"});
  EXPECT_EQ(type_of(denied), "AccessDeniedException");
  EXPECT_EQ(denied.detail, "the policy of the VPC endpoint");
  EXPECT_EQ(gateway.send({.target = "/open", .vpce = kOtherVpce}).status(), 200)
      << "another endpoint has the default policy";
}

TEST(EndpointPolicy, KnowsWhoHasSignedAndRefusesAWrongSignatureOfOpenMethodsToo) {
  Gateway gateway(
      with_endpoint_policy(R"({"Statement":{"Effect":"Allow",)"
                           R"("Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},)"
                           R"("Action":"execute-api:Invoke","Resource":"*"}})"));
  const Ask open{.target = "/open"};
  EXPECT_EQ(gateway.send(signed_ask(open)).status(), 200);
  EXPECT_EQ(gateway.send(open).outcome, Outcome::implicit_deny);
  EXPECT_EQ(type_of(gateway.send(signed_ask(open, {.secret = "x"}))), "InvalidSignatureException");
  Ask bearer = open;
  bearer.headers = {{"Authorization", "Bearer x"}};
  EXPECT_EQ(gateway.send(bearer).outcome, Outcome::implicit_deny) << "it is anonymous";
}

TEST(EndpointPolicy, TheDefaultOneLooksAtNoSignature) {
  Gateway gateway(with_endpoint_policy(std::string(kDefaultEndpointPolicy)));
  EXPECT_EQ(gateway.send(signed_ask({.target = "/open"}, {.secret = "x"})).status(), 200);
}

TEST(EndpointPolicy, IntegrationsAreTold) {
  model::VpcEndpoint endpoint;
  EXPECT_EQ(endpoint_policy_url(endpoint, "eu-west-1"), "");
  endpoint.policy = kDefaultEndpointPolicy;
  EXPECT_EQ(endpoint_policy_url(endpoint, "eu-west-1"), "");
  endpoint.policy = kEverybody;
  EXPECT_THAT(endpoint_policy_url(endpoint, "eu-west-1"),
              ::testing::MatchesRegex("MQ==;vpce-svc-[0-9a-f]{17}"));
}

// ---- Private custom domain names ----------------------------------------------------------------

model::DomainName private_domain() {
  model::DomainName domain;
  domain.name = "private.example.com";
  domain.endpoint_type = "PRIVATE";
  domain.account = "111122223333";
  domain.policy = kEverybody;
  domain.vpc_endpoints = {"endpoint"};
  domain.base_path_mappings = {{"", "widgets", "prod"}};
  return domain;
}

model::Topology with_domain(model::DomainName domain) {
  model::Topology topology = sample_topology();
  topology.domain_names.push_back(std::move(domain));
  return topology;
}

Answer by_domain(const model::DomainName& domain, std::string target = "/widgets",
                 std::vector<std::pair<std::string, std::string>> headers = {}) {
  return Gateway(with_domain(domain))
      .send({.target = std::move(target),
             .host = "Private.example.com",
             .headers = std::move(headers)});
}

TEST(PrivateDomainName, NeedsAnAssociationAndItsPolicy) {
  EXPECT_EQ(by_domain(private_domain()).status(), 200);
  auto without = private_domain();
  without.vpc_endpoints.clear();
  const Answer unassociated = by_domain(without);
  EXPECT_EQ(unassociated.text(), R"({"message":"Forbidden"})");
  EXPECT_EQ(unassociated.outcome, Outcome::no_access_association);
  auto closed = private_domain();
  closed.policy.clear();
  const Answer denied = by_domain(closed);
  EXPECT_EQ(denied.detail, "the policy of the domain name");
  EXPECT_THAT(denied.text(), HasSubstr("arn:aws:execute-api:eu-west-1:********3333:/domainnames/"
                                       "private.example.com+"));
}

TEST(PrivateDomainName, ThePolicyOfTheApiCanAskForIt) {
  auto topology = with_domain(private_domain());
  topology.rest_apis[0].policy =
      R"({"Statement":{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke",)"
      R"("Resource":"execute-api:/*","Condition":{"ArnLike":{"execute-api:viaDomainArn":)"
      R"("arn:aws:execute-api:eu-west-1:111122223333:/domainnames/private.example.com+*"}}}})";
  Gateway gateway(topology);
  EXPECT_EQ(gateway.send({.host = "private.example.com"}).status(), 200);
  EXPECT_EQ(gateway.send({}).outcome, Outcome::implicit_deny) << "by the Regional one";
}

TEST(PrivateDomainName, AnEndpointPolicyIsAskedAboutTheNameAsWell) {
  auto topology = with_domain(private_domain());
  topology.vpc_endpoints[0].service_name = "execute-api";
  const std::string head = R"({"Statement":{"Effect":"Allow","Principal":"*",)"
                           R"("Action":"execute-api:Invoke","Resource":[)";
  const std::string api = R"("arn:aws:execute-api:*:*:abcde12345/*")";
  const std::string name = R"("arn:aws:execute-api:*:*:/domainnames/private.example.com+*")";
  const auto status = [&](const std::string& resources) {
    topology.vpc_endpoints[0].policy = head + resources + "]}}";
    return Gateway(topology).send({.host = "private.example.com"}).status();
  };
  EXPECT_EQ(status(api + "," + name), 200);
  EXPECT_EQ(status(api), 403);
  EXPECT_EQ(status(name), 403);
}

model::RoutingRule rule(int priority, model::Texts headers, std::vector<std::string> paths,
                        bool strip = false) {
  return {priority, std::move(headers), std::move(paths), "widgets", "prod", strip};
}

TEST(PrivateDomainName, RoutingRulesComeByPriorityThenMappings) {
  auto domain = private_domain();
  domain.routing_mode = model::RoutingMode::routing_rule_then_base_path_mapping;
  domain.base_path_mappings = {{"mapped", "widgets", "prod"}};
  domain.routing_rules = {rule(20, {{"X-Version", "beta*"}}, {}), rule(10, {}, {"shop/v1"}, true)};
  EXPECT_EQ(by_domain(domain, "/shop/v1/widgets").status(), 200);
  EXPECT_EQ(by_domain(domain, "/shop/v2/widgets").outcome, Outcome::no_stage);
  EXPECT_EQ(by_domain(domain, "/widgets", {{"x-version", "beta-2"}}).status(), 200);
  EXPECT_EQ(by_domain(domain, "/widgets", {{"x-version", "Beta-2"}}).outcome, Outcome::no_stage);
  EXPECT_EQ(by_domain(domain, "/mapped/widgets").status(), 200);
  domain.routing_mode = model::RoutingMode::routing_rule_only;
  EXPECT_EQ(by_domain(domain, "/mapped/widgets").outcome, Outcome::no_stage);
}

TEST(PrivateDomainName, ARuleThatDoesNotStripLeavesThePath) {
  auto domain = private_domain();
  domain.routing_mode = model::RoutingMode::routing_rule_only;
  domain.routing_rules = {rule(1, {{"a", "*x"}, {"b", "*y*"}}, {"widgets"})};
  const auto outcome = [&](const char* a, const char* b) {
    return by_domain(domain, "/widgets", {{"a", a}, {"b", b}}).outcome;
  };
  EXPECT_EQ(outcome("1x", "1y1"), Outcome::answered);
  EXPECT_EQ(outcome("x1", "1y1"), Outcome::no_stage);
  EXPECT_EQ(outcome("1x", "1z1"), Outcome::no_stage);
  domain.routing_rules[0].strip_base_path = true;
  EXPECT_EQ(outcome("x", "y"), Outcome::missing_authentication_token);
}

}  // namespace
}  // namespace hoplab::aws::testing
