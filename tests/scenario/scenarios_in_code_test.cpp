// The published scenarios written by hand in C++: after complete() each is equal to what the reader
// makes of its file, so code can say whatever a file can.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/complete.h"
#include "model/ids.h"
#include "model/topology.h"
#include "scenario/format/diagnostics.h"
#include "scenario/format/reader.h"
#include "scenario/format/writer.h"

namespace hoplab::scenario {
namespace {

constexpr std::int64_t kCodedDay = 86400;
constexpr const char* kCodedProducer = "111111111111";
constexpr const char* kCodedConsumer = "222222222222";

/// By the texts first, which show where they differ but leave out what the format cannot say.
void expect_as_in_file(model::Topology topology, const std::string& name) {
  model::complete(topology);
  const ReadOutcome read = read_scenario({HOPLAB_SOURCE_DIR "/scenarios/" + name + ".json"});
  ASSERT_TRUE(read.ok()) << to_text(read.diagnostics);
  EXPECT_EQ(scenario_text(topology, {}), scenario_text(read.scenario->topology, {}));
  EXPECT_TRUE(topology == read.scenario->topology);
}

// ---- PKI ----------------------------------------------------------------------------------------

model::CertificateAuthority coded_authority(const std::string& name, const std::string& subject) {
  model::CertificateAuthority authority;
  authority.name = name;
  authority.subject = subject;
  authority.not_after_s = 10 * 365 * kCodedDay;
  return authority;
}

/// The authority that the load balancer trusts, for the host and its clients.
model::CertificateAuthority coded_private_ca(const std::string& host) {
  model::CertificateAuthority authority =
      coded_authority("private-ca", "CN=" + host + ",O=Example");
  authority.crl = true;
  return authority;
}

model::Certificate coded_server(const std::vector<std::string>& dns_names) {
  model::Certificate certificate;
  certificate.name = "server";
  certificate.subject = "CN=" + dns_names.front() + ",O=Example";
  certificate.issuer = "private-ca";
  certificate.dns_names = dns_names;
  certificate.extended_key_usage = {"serverAuth"};
  certificate.client = false;
  return certificate;
}

model::Certificate coded_client(const std::string& name, const std::string& issuer = "private-ca") {
  model::Certificate certificate;
  certificate.name = name;
  certificate.subject = "CN=" + name + ",O=Example";
  certificate.issuer = issuer;
  return certificate;
}

model::Certificate coded_revoked_client() {
  model::Certificate certificate = coded_client("revoked");
  certificate.revoked = true;
  return certificate;
}

/// One client of each kind.
model::Pki coded_api_pki() {
  model::Certificate expired = coded_client("expired");
  expired.not_before_s = -60 * kCodedDay;
  expired.not_after_s = -kCodedDay;
  model::Certificate not_yet_valid = coded_client("not_yet_valid");
  not_yet_valid.not_before_s = kCodedDay;
  model::Certificate wrong_purpose = coded_client("wrong_purpose");
  wrong_purpose.extended_key_usage = {"serverAuth"};
  model::Pki pki;
  pki.authorities = {coded_private_ca("api.example.com"),
                     coded_authority("another-ca", "CN=api.example.com,O=Somebody else")};
  pki.certificates = {
      coded_server({"api.example.com"}),
      coded_client("my_client"),
      coded_client("untrusted", "another-ca"),
      expired,
      not_yet_valid,
      coded_revoked_client(),
      coded_client("self_signed", ""),
      wrong_purpose,
  };
  return pki;
}

// ---- The path -----------------------------------------------------------------------------------

std::vector<std::string> coded_zones() {
  return {"eu-west-1a", "eu-west-1b", "eu-west-1c"};
}

model::VpcEndpoint coded_endpoint(const std::string& name, const std::string& service,
                                  const std::string& account) {
  model::VpcEndpoint endpoint;
  endpoint.name = name;
  endpoint.service_name = service;
  endpoint.account = account;
  endpoint.private_dns_enabled = true;
  endpoint.availability_zones = coded_zones();
  return endpoint;
}

model::VpcEndpointService coded_endpoint_service() {
  model::VpcEndpointService service;
  service.name = "endpoint-service";
  service.network_load_balancer = "nlb";
  service.acceptance_required = false;
  service.allowed_principals = {std::string("arn:aws:iam::") + kCodedConsumer + ":root"};
  service.private_dns_name = "api.example.com";
  return service;
}

model::Action coded_forward(const std::string& group) {
  model::Action action;
  action.type = model::Action::Type::forward;
  action.target_groups.emplace_back().target_group = group;
  return action;
}

model::LoadBalancer coded_nlb() {
  model::Listener listener;
  listener.protocol = "TCP";
  listener.port = 443;
  listener.default_action = coded_forward("alb-group");
  model::LoadBalancer nlb;
  nlb.name = "nlb";
  nlb.type = model::LoadBalancerType::network;
  nlb.scheme = "internal";
  nlb.availability_zones = coded_zones();
  nlb.attributes.cross_zone = true;
  nlb.listeners = {listener};
  return nlb;
}

model::MutualAuthentication coded_verify() {
  model::MutualAuthentication mutual;
  mutual.mode = model::MutualAuthenticationMode::verify;
  mutual.trust_store = "trust-store";
  return mutual;
}

/// What refuses or passes on the client's certificate, in front of `group`.
model::LoadBalancer coded_alb(const std::string& group,
                              const model::MutualAuthentication& mutual = coded_verify()) {
  model::Listener listener;
  listener.protocol = "HTTPS";
  listener.port = 443;
  listener.certificates = {"server"};
  listener.mutual_authentication = mutual;
  listener.default_action = coded_forward(group);
  model::LoadBalancer alb;
  alb.name = "alb";
  alb.type = model::LoadBalancerType::application;
  alb.scheme = "internal";
  alb.availability_zones = coded_zones();
  alb.listeners = {listener};
  return alb;
}

/// A group of one target; complete() finds out what its name stands for.
model::TargetGroup coded_group(const std::string& name, model::TargetType type,
                               const std::string& protocol, std::uint16_t port,
                               const std::string& target) {
  model::TargetGroup group;
  group.name = name;
  group.target_type = type;
  group.protocol = protocol;
  group.port = port;
  group.targets.emplace_back().service = target;
  return group;
}

model::TrustStore coded_trust_store() {
  model::TrustStore store;
  store.name = "trust-store";
  store.ca_certificates = {"private-ca"};
  store.revocations.emplace_back().authority = "private-ca";
  return store;
}

// ---- The API ------------------------------------------------------------------------------------

/// Everybody may call, but through the producer's endpoint only.
std::string coded_policy(const std::string& everybody) {
  return R"({"Version":"2012-10-17","Statement":[)"
         R"({"Effect":"Allow","Principal":)" +
         everybody +
         R"(,"Action":"execute-api:Invoke",)"
         R"("Resource":"execute-api:/*"},)"
         R"({"Effect":"Deny","Principal":)" +
         everybody +
         R"(,"Action":"execute-api:Invoke",)"
         R"("Resource":"execute-api:/*",)"
         R"("Condition":{"StringNotEquals":{"aws:SourceVpce":")" +
         model::derived_vpc_endpoint_id("execute-api-endpoint") + R"("}}}]})";
}

model::RestApi coded_api(const std::string& everybody = R"({"AWS":"*"})") {
  model::Method get;
  get.http_method = "GET";
  get.path = "/widgets";
  get.integration.status_code = 200;
  get.integration.body = R"({"id":"1","value":"4.99"})";
  model::RestApi api;
  api.name = "widgets-api";
  api.account = kCodedProducer;
  api.stages.front().name = "prod";
  api.policy = coded_policy(everybody);
  api.methods = {get};
  return api;
}

model::DomainName coded_domain_name() {
  model::DomainName domain;
  domain.name = "api.example.com";
  domain.endpoint_type = "REGIONAL";
  domain.base_path_mappings = {{"", "widgets-api", "prod"}};
  return domain;
}

// ---- The scenarios ------------------------------------------------------------------------------

model::Topology coded_same_account() {
  model::Topology topology;
  topology.region = "eu-west-1";
  topology.pki = coded_api_pki();
  topology.vpc_endpoints = {coded_endpoint("execute-api-endpoint", "execute-api", kCodedProducer)};
  topology.load_balancers = {coded_alb("api-group")};
  model::TargetGroup group =
      coded_group("api-group", model::TargetType::ip, "HTTPS", 443, "execute-api-endpoint");
  group.health_check.protocol = "HTTPS";
  group.health_check.path = "/ping";
  topology.target_groups = {group};
  topology.trust_stores = {coded_trust_store()};
  topology.rest_apis = {coded_api()};
  topology.domain_names = {coded_domain_name()};
  topology.entries = {"alb"};
  return topology;
}

/// The same behind PrivateLink and a network load balancer.
model::Topology coded_private_api() {
  model::Topology topology = coded_same_account();
  topology.vpc_endpoints.insert(
      0, coded_endpoint("consumer-endpoint", "endpoint-service", kCodedConsumer));
  topology.vpc_endpoint_services = {coded_endpoint_service()};
  topology.load_balancers.insert(0, coded_nlb());
  topology.target_groups.insert(
      0, coded_group("alb-group", model::TargetType::alb, "TCP", 443, "alb"));
  topology.entries = {"consumer-endpoint"};
  return topology;
}

model::Topology coded_passthrough() {
  model::MutualAuthentication mutual;
  mutual.mode = model::MutualAuthenticationMode::passthrough;
  model::Topology topology = coded_private_api();
  topology.load_balancers = {coded_nlb(), coded_alb("api-group", mutual)};
  topology.trust_stores.clear();
  return topology;
}

/// Without an application load balancer, in the consumer's account.
model::Topology coded_behind_nlb() {
  model::LoadBalancer nlb = coded_nlb();
  nlb.attributes.cross_zone = false;
  nlb.listeners[0].default_action = coded_forward("endpoint-group");
  model::TargetGroup group =
      coded_group("endpoint-group", model::TargetType::ip, "TCP", 443, "execute-api-endpoint");
  group.health_check.protocol = "HTTPS";
  group.health_check.path = "/ping";
  model::RestApi api = coded_api(R"("*")");
  api.id = "a1b2c3d4e5";
  model::Topology topology;
  topology.region = "eu-west-1";
  topology.vpc_endpoints = {coded_endpoint("execute-api-endpoint", "execute-api", kCodedConsumer)};
  topology.load_balancers = {nlb};
  topology.target_groups = {group};
  topology.rest_apis = {api};
  topology.entries = {"nlb"};
  return topology;
}

/// Its parameters have their defaults.
model::Topology coded_own_service() {
  model::LoadBalancer alb = coded_alb("service-group");
  alb.availability_zones = {"eu-west-1a", "eu-west-1b"};
  alb.listeners[0].ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06";
  model::TargetGroup group =
      coded_group("service-group", model::TargetType::ip, "HTTP", 8080, "my-service");
  group.health_check.path = "/";
  model::Service service;
  service.name = "my-service";
  service.address = "";
  service.stand_in.status_code = 200;
  service.stand_in.echo_request = true;
  model::Topology topology;
  topology.region = "eu-west-1";
  topology.pki.authorities = {coded_private_ca("service.example.com")};
  topology.pki.certificates = {coded_server({"service.example.com", "localhost"}),
                               coded_client("my_client"), coded_revoked_client()};
  topology.load_balancers = {alb};
  topology.target_groups = {group};
  topology.trust_stores = {coded_trust_store()};
  topology.services = {service};
  topology.entries = {"alb"};
  return topology;
}

TEST(ScenariosInCode, PrivateApiMtls) {
  expect_as_in_file(coded_private_api(), "private-api-mtls");
}

TEST(ScenariosInCode, PrivateApiMtlsPassthrough) {
  expect_as_in_file(coded_passthrough(), "private-api-mtls-passthrough");
}

TEST(ScenariosInCode, PrivateApiNlb) {
  expect_as_in_file(coded_behind_nlb(), "private-api-nlb");
}

TEST(ScenariosInCode, OwnService) {
  expect_as_in_file(coded_own_service(), "own-service");
}

TEST(ScenariosInCode, SameAccount) {
  expect_as_in_file(coded_same_account(), "same-account");
}

}  // namespace
}  // namespace hoplab::scenario
