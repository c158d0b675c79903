// The execute-api endpoint: order of decisions, limits, choice of the API, policy and routing.
#include "aws/apigateway/execute_api.h"

#include <gtest/gtest.h>

#include "support.h"

namespace hoplab::aws {
namespace {

using testing::Ask;
using testing::Gateway;
using testing::kDefaultName;
using testing::kOtherVpce;
using testing::kVpce;
using testing::method;
using testing::sample_topology;

constexpr const char* kForbidden = R"({"message":"Forbidden"})";
constexpr const char* kMissingToken = R"({"message":"Missing Authentication Token"})";

/// A field whose name, value, ": " and line end together take `bytes`.
std::pair<std::string, std::string> padding(std::size_t bytes) {
  return {"x-pad", std::string(bytes - 5 - 4, 'p')};
}
constexpr std::size_t kHostFieldBytes = 4 + 4 + 15;  // Host: api.example.com

// ---- Order of decisions -------------------------------------------------------------------------

TEST(ExecuteApiOrder, EachGateComesBeforeTheNext) {
  auto topology = sample_topology();
  Gateway gateway(topology);
  // Starts with everything wrong, and mends one thing after the other.
  Ask ask;
  ask.method = "POST";
  ask.host = "unknown.example.com";
  ask.target = "/" + std::string(9000, 'x');
  ask.headers = {padding(9000), {"Content-Length", "10485761"}};
  ask.vpce = kOtherVpce;

  auto answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 431);
  EXPECT_TRUE(answer.response.close);
  ask.headers.erase(ask.headers.begin());
  answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 414);
  EXPECT_EQ(answer.text(), "Request URI too long");
  ask.target = "/ping";
  answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 413);
  EXPECT_EQ(answer.text(), "HTTP content length exceeded 10485760 bytes.");
  ask.headers.clear();
  answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.text(), "healthy");
  ask.target = "/nothing";
  answer = gateway.send(ask);
  EXPECT_EQ(answer.text(), kForbidden);
  EXPECT_EQ(answer.header("x-amzn-ErrorType"), "ForbiddenException");
  EXPECT_EQ(gateway.requests(), 0U);  // nothing of this was the API's
  ask.host = "api.example.com";
  answer = gateway.send(ask);
  EXPECT_EQ(answer.header("x-amzn-ErrorType"), "AccessDeniedException");
  ask.vpce = kVpce;
  ask.headers = {{"Authorization", "Bearer token"}};
  answer = gateway.send(ask);
  EXPECT_EQ(answer.header("x-amzn-ErrorType"), "IncompleteSignatureException");
  ask.headers.clear();
  answer = gateway.send(ask);
  EXPECT_EQ(answer.text(), kMissingToken);
  ask.method = "GET";
  answer = gateway.send(ask);
  EXPECT_EQ(answer.text(), kMissingToken);
  ask.target = "/widgets";
  answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 200);
  EXPECT_EQ(answer.text(), testing::kWidget);
  EXPECT_EQ(gateway.requests(), 5U);
}

// ---- Limits -------------------------------------------------------------------------------------

TEST(ExecuteApiLimits, HeadersUpTo8000Bytes) {
  Gateway gateway(sample_topology());
  Ask ask;
  ask.headers = {padding(kMaxHeaderBytes - kHostFieldBytes)};
  EXPECT_EQ(gateway.send(ask).status(), 200);
  ask.headers = {padding(kMaxHeaderBytes - kHostFieldBytes + 1)};
  const auto answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 431);
  EXPECT_EQ(answer.text(), "HTTP header is larger than 8000 bytes.");
  EXPECT_EQ(answer.header("Content-Type"), "text/plain");
}

TEST(ExecuteApiLimits, UrlsUpTo8192Bytes) {
  Gateway gateway(sample_topology());
  Ask ask;
  ask.target = "/widgets?";
  ask.target.append(kMaxUrlBytes - ask.target.size(), 'q');
  EXPECT_EQ(gateway.send(ask).status(), 200);
  ask.target += 'q';
  EXPECT_EQ(gateway.send(ask).status(), 414);
}

TEST(ExecuteApiLimits, BodiesUpTo10MiBDeclaredOrReceived) {
  Gateway gateway(sample_topology());
  Ask ask;
  ask.headers = {{"Content-Length", "10485760"}};
  EXPECT_EQ(gateway.send(ask).status(), 200);
  ask.headers = {{"Content-Length", "10485761"}};
  EXPECT_EQ(gateway.send(ask).status(), 413);
  ask.headers = {{"Content-Length", "99999999999999999999999"}};
  EXPECT_EQ(gateway.send(ask).status(), 413);
  ask.headers = {{"Transfer-Encoding", "chunked"}};
  ask.body_bytes = 10485760;
  EXPECT_EQ(gateway.send(ask).status(), 200);
  ask.body_bytes = 10485761;
  EXPECT_EQ(gateway.send(ask).status(), 413);
}

TEST(ExecuteApiLimits, MethodArnsUpTo1600Bytes) {
  auto topology = sample_topology();
  topology.rest_apis[0].methods = {method("GET", "/{proxy+}", "{}")};
  Gateway gateway(topology);
  const std::string prefix = "arn:aws:execute-api:eu-west-1:111122223333:abcde12345/prod/GET/";
  Ask ask;
  ask.target = "/" + std::string(kMaxMethodArnBytes - prefix.size(), 'a');
  EXPECT_EQ(gateway.send(ask).status(), 200);
  ask.target += 'a';
  const auto answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 414);
  EXPECT_EQ(answer.text(), "Request URI too long");
}

// ---- Choice of the API --------------------------------------------------------------------------

struct Choice {
  const char* host;
  const char* api_id;  // null: no x-apigw-api-id
  const char* target;
  int status;
  const char* body;
};

void expect_choices(Gateway& gateway, const std::vector<Choice>& rows) {
  for (const Choice& row : rows) {
    Ask ask;
    ask.host = row.host;
    ask.target = row.target;
    if (row.api_id != nullptr) ask.headers = {{"X-Apigw-Api-Id", row.api_id}};
    const auto answer = gateway.send(ask);
    EXPECT_EQ(answer.status(), row.status) << row.host << row.target;
    EXPECT_EQ(answer.text(), row.body) << row.host << row.target;
  }
}

TEST(ExecuteApiChoice, NamesOfApigatewayMdSection1) {
  Gateway gateway(sample_topology());
  const std::string with_vpce =
      std::string("abcde12345-") + kVpce + ".execute-api.eu-west-1.amazonaws.com";
  const std::string with_other =
      std::string("abcde12345-") + kOtherVpce + ".execute-api.eu-west-1.amazonaws.com";
  expect_choices(
      gateway,
      {
          {"api.example.com", nullptr, "/widgets", 200, testing::kWidget},
          {"API.Example.com:443", nullptr, "/widgets", 200, testing::kWidget},
          {"api.example.com", nullptr, "/prod/widgets", 403, kMissingToken},
          {"other.example.com", nullptr, "/widgets", 403, kForbidden},
          {"", nullptr, "/widgets", 403, kForbidden},
          {"10.0.1.25", nullptr, "/", 403, kForbidden},
          {"[2001:db8::1]:443", nullptr, "/", 403, kForbidden},
          {kDefaultName, nullptr, "/prod/widgets", 200, testing::kWidget},
          {kDefaultName, nullptr, "/prod/widgets/?a=b", 200, testing::kWidget},
          {kDefaultName, nullptr, "/widgets", 403, kForbidden},
          {kDefaultName, nullptr, "/", 403, kForbidden},
          {kDefaultName, nullptr, "/production/widgets", 403, kForbidden},
          {kDefaultName, nullptr, "/prod", 403, kMissingToken},
          {"zzzzz12345.execute-api.eu-west-1.amazonaws.com", nullptr, "/prod/widgets", 403,
           kForbidden},
          {"abcde12345.execute-api.us-east-1.amazonaws.com", nullptr, "/prod/widgets", 403,
           kForbidden},
          {with_vpce.c_str(), nullptr, "/prod/widgets", 200, testing::kWidget},
          {with_other.c_str(), nullptr, "/prod/widgets", 403, kForbidden},
          {"my-alb.elb.amazonaws.com", "abcde12345", "/prod/widgets", 200, testing::kWidget},
          {"my-alb.elb.amazonaws.com", "abcde12345", "/widgets", 403, kForbidden},
          {"my-alb.elb.amazonaws.com", "zzzzz12345", "/prod/widgets", 403, kForbidden},
          {"api.example.com", "abcde12345", "/prod/widgets", 200, testing::kWidget},
          {"api.example.com", "zzzzz12345", "/widgets", 403, kForbidden},
      });
}

/// Its name with the endpoint's id is not there; all others are.
TEST(ExecuteApiChoice, WithoutAnAssociationTheNameWithTheEndpointsIdSelectsNothing) {
  auto topology = sample_topology();
  topology.rest_apis[0].vpc_endpoints.clear();
  Gateway gateway(topology);
  const std::string with_vpce =
      std::string("abcde12345-") + kVpce + ".execute-api.eu-west-1.amazonaws.com";
  expect_choices(gateway,
                 {{with_vpce.c_str(), nullptr, "/prod/widgets", 403, kForbidden},
                  {with_vpce.c_str(), "abcde12345", "/prod/widgets", 200, testing::kWidget},
                  {kDefaultName, nullptr, "/prod/widgets", 200, testing::kWidget}});
}

TEST(ExecuteApiChoice, TheHostCanBeMadeToGoFirst) {
  ExecuteApiOptions options;
  options.selection.api_id_header_first = false;
  Gateway gateway(sample_topology(), options);
  expect_choices(gateway, {
                              {"api.example.com", "abcde12345", "/widgets", 200, testing::kWidget},
                              {"api.example.com", "zzzzz12345", "/widgets", 200, testing::kWidget},
                              {"elsewhere", "abcde12345", "/prod/widgets", 200, testing::kWidget},
                              {"elsewhere", "zzzzz12345", "/prod/widgets", 403, kForbidden},
                          });
}

TEST(ExecuteApiChoice, ADisabledExecuteApiEndpointLeavesTheCustomDomain) {
  auto topology = sample_topology();
  topology.rest_apis[0].disable_execute_api_endpoint = true;
  Gateway gateway(topology);
  expect_choices(gateway, {
                              {kDefaultName, nullptr, "/prod/widgets", 403, kForbidden},
                              {"elsewhere", "abcde12345", "/prod/widgets", 403, kForbidden},
                              {"api.example.com", nullptr, "/widgets", 200, testing::kWidget},
                          });
  EXPECT_EQ(gateway.api->outcomes().of(Outcome::execute_api_endpoint_disabled), 2U);
  EXPECT_EQ(gateway.requests(), 1U);
}

model::Topology mapped(std::vector<model::BasePathMapping> mappings) {
  auto topology = sample_topology();
  auto other = topology.rest_apis[0];
  other.name = "other";
  other.id = "other12345";
  other.methods = {method("GET", "/widgets", "other")};
  topology.rest_apis.push_back(other);
  topology.domain_names[0].base_path_mappings = std::move(mappings);
  return topology;
}

TEST(ExecuteApiChoice, TheLongestBasePathWinsBySegments) {
  Gateway gateway(mapped({{"", "widgets", "prod"}, {"v1", "other", "prod"}}));
  expect_choices(gateway, {
                              {"api.example.com", nullptr, "/widgets", 200, testing::kWidget},
                              {"api.example.com", nullptr, "/v1/widgets", 200, "other"},
                              {"api.example.com", nullptr, "/v10/widgets", 403, kMissingToken},
                              {"api.example.com", nullptr, "/V1/widgets", 403, kMissingToken},
                              {"api.example.com", nullptr, "/v1", 403, kMissingToken},
                          });
}

TEST(ExecuteApiChoice, WithoutARootMappingOtherPathsAreForbidden) {
  Gateway gateway(mapped({{"v1", "other", "prod"}}));
  expect_choices(gateway, {{"api.example.com", nullptr, "/widgets", 403, kForbidden},
                           {"api.example.com", nullptr, "/v1/widgets", 200, "other"}});
  Gateway unmapped(mapped({}));
  expect_choices(unmapped, {{"api.example.com", nullptr, "/widgets", 403, kForbidden}});
}

TEST(ExecuteApiChoice, AMappingWithoutAStageTakesItFromThePath) {
  Gateway gateway(mapped({{"v1", "other", ""}}));
  expect_choices(gateway, {{"api.example.com", nullptr, "/v1/prod/widgets", 200, "other"},
                           {"api.example.com", nullptr, "/v1/widgets", 403, kForbidden}});
}

TEST(ExecuteApiChoice, MultiLevelBasePathsWorkOnlyWhenSwitchedOn) {
  const auto topology =
      mapped({{"(none)", "widgets", "prod"}, {"a", "widgets", "prod"}, {"a/b", "other", "prod"}});
  Gateway plain(topology);
  expect_choices(plain, {{"api.example.com", nullptr, "/a/b/widgets", 403, kMissingToken}});
  ExecuteApiOptions options;
  options.selection.multi_level_base_paths = true;
  Gateway gateway(topology, options);
  expect_choices(gateway, {{"api.example.com", nullptr, "/a/b/widgets", 200, "other"},
                           {"api.example.com", nullptr, "/a/widgets", 200, testing::kWidget},
                           {"api.example.com", nullptr, "/widgets", 200, testing::kWidget}});
}

// ---- Policy and routing -------------------------------------------------------------------------

TEST(ExecuteApiPolicy, ADenialNamesTheResource) {
  Gateway gateway(sample_topology());
  Ask ask;
  ask.vpce = kOtherVpce;
  const std::string head =
      R"({"Message":"User: anonymous is not authorized to perform: execute-api:Invoke )"
      R"(on resource: )"
      "arn:aws:execute-api:eu-west-1:********3333:abcde12345/prod/GET/";
  auto answer = gateway.send(ask);
  EXPECT_EQ(answer.status(), 403);
  EXPECT_EQ(answer.text(), head + "widgets with an explicit deny\"}");
  ask.target = "/unknown";
  EXPECT_EQ(gateway.send(ask).text(), head + " with an explicit deny\"}");
  EXPECT_EQ(gateway.api->traffic("widgets")->counters.of(Outcome::explicit_deny), 2U);
}

TEST(ExecuteApiPolicy, NoAllowIsAnImplicitDenyInTheChosenWording) {
  auto topology = sample_topology();
  topology.rest_apis[0].policy =
      R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke",)"
      R"("Resource":"execute-api:/prod/POST/*"}]})";
  ExecuteApiOptions options;
  options.denial_wording = DenialWording::names_policy;
  Gateway gateway(topology, options);
  EXPECT_NE(
      gateway.send({}).text().find("/prod/GET/widgets because no resource-based policy allows"),
      std::string::npos);
  EXPECT_EQ(gateway.api->traffic("widgets")->counters.of(Outcome::implicit_deny), 1U);
}

TEST(ExecuteApiRouting, TheMethodCanBeOverridden) {
  Gateway gateway(sample_topology());
  Ask ask;
  ask.method = "POST";
  EXPECT_EQ(gateway.send(ask).text(), kMissingToken);
  ask.headers = {{"x-http-method-override", "GET"}};
  EXPECT_EQ(gateway.send(ask).text(), testing::kWidget);
}

}  // namespace
}  // namespace hoplab::aws
