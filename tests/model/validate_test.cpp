// validate() on topologies made in code: the limits that the malformed scenarios do not show.
#include "model/validate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::model {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

/// ALB with one HTTP listener, a service behind it.
Topology small() {
  Topology topology;
  topology.entries = {"alb"};
  Service& service = topology.services.emplace_back();
  service.name = "mine";
  TargetGroup& group = topology.target_groups.emplace_back();
  group.name = "group";
  group.health_check.protocol = "HTTP";
  group.targets.emplace_back().service = "mine";
  LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "alb";
  alb.availability_zones = {"eu-west-1a"};
  Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.target_groups.push_back({"group", 1});
  return topology;
}

std::vector<std::string> rules_broken(const Topology& topology) {
  std::vector<std::string> texts;
  for (const Problem& one : validate(topology)) {
    texts.push_back(one.path + ": " + one.found + ": " + one.rule);
  }
  return texts;
}

Listener& listener_of(Topology& topology) {
  return topology.load_balancers[0].listeners[0];
}

Rule rule_with(RuleCondition::Field field, std::vector<std::string> values) {
  Rule rule;
  RuleCondition& condition = rule.conditions.emplace_back();
  condition.field = field;
  condition.values = std::move(values);
  rule.action.type = Action::Type::fixed_response;
  return rule;
}

TEST(Validate, SmallTopologyIsGood) {
  EXPECT_THAT(rules_broken(small()), IsEmpty());
}

TEST(Validate, AlbTakesTwoVerifyListenersAndNotThree) {
  Topology topology = small();
  topology.trust_stores.emplace_back().name = "store";
  Listener secure = listener_of(topology);
  secure.protocol = "HTTPS";
  secure.certificates = {"server"};
  topology.pki.authorities.emplace_back().name = "ca";
  Certificate& server = topology.pki.certificates.emplace_back();
  server.name = "server";
  server.issuer = "ca";
  secure.mutual_authentication.mode = MutualAuthenticationMode::verify;
  secure.mutual_authentication.trust_store = "store";
  for (const std::uint16_t port : {std::uint16_t{443}, std::uint16_t{444}}) {
    secure.port = port;
    topology.load_balancers[0].listeners.push_back(secure);
  }
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  secure.port = 445;
  topology.load_balancers[0].listeners.push_back(secure);
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("at most 2")));
}

TEST(Validate, PlainAndHardenedPoliciesDoNotShareALoadBalancer) {
  Topology topology = small();
  topology.pki.authorities.emplace_back().name = "ca";
  Certificate& server = topology.pki.certificates.emplace_back();
  server.name = "server";
  server.issuer = "ca";
  Listener secure = listener_of(topology);
  secure.protocol = "HTTPS";
  secure.certificates = {"server"};
  secure.port = 443;
  topology.load_balancers[0].listeners.push_back(secure);
  secure.port = 444;
  secure.ssl_policy = "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09";
  topology.load_balancers[0].listeners.push_back(secure);
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("compatible security policies")));
}

TEST(Validate, HttpTwoNeedsAnHttpsListener) {
  for (const ProtocolVersion version : {ProtocolVersion::http2, ProtocolVersion::grpc}) {
    Topology topology = small();
    topology.target_groups[0].protocol_version = version;
    EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("need an HTTPS listener")));
  }
}

TEST(Validate, SeveralGroupsOfWhichOneIsStickyNeedTheActionsStickiness) {
  Topology topology = small();
  TargetGroup other = topology.target_groups[0];
  other.name = "other";
  topology.target_groups.push_back(other);
  topology.target_groups[0].attributes.stickiness.enabled = true;
  Action& action = listener_of(topology).default_action;
  action.target_groups.push_back({"other", 1});
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("it must be enabled")));
  action.group_stickiness.enabled = true;
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  auto& stickiness = topology.target_groups[0].attributes.stickiness;
  stickiness.by_app_cookie = true;
  stickiness.app_cookie_name = "session";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("stands alone in its action")));
}

TEST(Validate, HundredRulesAnAlb) {
  Topology topology = small();
  for (int i = 1; i <= 101; ++i) {
    Rule rule = rule_with(RuleCondition::Field::path_pattern, {"/a"});
    rule.priority = i;
    listener_of(topology).rules.push_back(rule);
  }
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("101 rules")));
  listener_of(topology).rules.pop_back();
  EXPECT_THAT(rules_broken(topology), IsEmpty());
}

TEST(Validate, ValuesOfConditionsAreJudgedByTheirField) {
  using Field = RuleCondition::Field;
  struct Case {
    Field field;
    std::string value;
    bool good;
  };
  const Case cases[] = {
      {Field::host_header, "*.example.com", true},
      {Field::host_header, "example.c0m", false},
      {Field::path_pattern, "/img/*", true},
      {Field::path_pattern, "/a b", false},
      {Field::path_pattern, "/" + std::string(128, 'a'), false},
      {Field::http_request_method, "GET", true},
      {Field::http_request_method, "get", false},
      {Field::source_ip, "10.0.0.0/8", true},
      {Field::source_ip, "2001:db8::/32", true},
      {Field::source_ip, "10.0.0/8", false},
      {Field::source_ip, "10.0.0.256/8", false},
      {Field::source_ip, "10.0.0.0", false},
      {Field::source_ip, "255.255.255.255/32", false},
  };
  for (const Case& one : cases) {
    Topology topology = small();
    listener_of(topology).rules.push_back(rule_with(one.field, {one.value}));
    EXPECT_EQ(rules_broken(topology).empty(), one.good) << one.value;
  }
}

TEST(Validate, RuleTakesFiveValuesAndSixWildcards) {
  using Field = RuleCondition::Field;
  Topology topology = small();
  Rule rule = rule_with(Field::path_pattern, {"/a*", "/b*", "/c*"});
  rule.conditions.push_back(rule_with(Field::host_header, {"*.a.b", "*.c.d"}).conditions[0]);
  listener_of(topology).rules.push_back(rule);
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  listener_of(topology).rules[0].conditions[0].values = {"/a**", "/b*", "/c**"};
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("7 wildcards")));
  listener_of(topology).rules[0].conditions[1].values = {"a.b", "c.d", "e.f"};
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("6 values in its conditions")));
}

TEST(Validate, RedirectFromHttpsToHttpIsRefused) {
  Topology topology = small();
  Listener& listener = listener_of(topology);
  listener.default_action = {};
  listener.default_action.type = Action::Type::redirect;
  listener.default_action.redirect.protocol = "HTTPS";
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  listener.default_action.redirect.port = "70000";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("1 to 65535 or #{port}")));
  listener.protocol = "HTTPS";
  listener.default_action.redirect.protocol = "HTTP";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("from HTTPS to HTTP")));
}

TEST(Validate, TwoGroupsAtMostLeadToOneAlb) {
  Topology topology = small();
  for (int i = 0; i < 3; ++i) {
    TargetGroup& group = topology.target_groups.emplace_back();
    group.name = "alb-group-" + std::to_string(i);
    group.target_type = TargetType::alb;
    group.protocol = "TCP";
    group.health_check.protocol = "HTTP";
    group.targets.emplace_back().load_balancer = "alb";
  }
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("at most 2 groups")));
  topology.target_groups.pop_back();
  EXPECT_THAT(rules_broken(topology), IsEmpty());
}

TEST(Validate, FixedLocalPortsAreUnique) {
  Topology topology = small();
  listener_of(topology).local_port = 8443;
  Listener second = listener_of(topology);
  second.port = 81;
  topology.load_balancers[0].listeners.push_back(second);
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("Listeners/1/localPort: 8443")));
}

TEST(Validate, MatcherIsJudgedByTheLoadBalancer) {
  Topology topology = small();
  topology.target_groups[0].health_check.matcher = "200,403-499";
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  topology.target_groups[0].health_check.matcher = "200-599";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("200 to 499")));
}

/// A network load balancer in front of the service.
Topology passing_through() {
  Topology topology = small();
  topology.target_groups[0].protocol = "TCP";
  topology.target_groups[0].health_check.protocol = "TCP";
  topology.load_balancers[0].type = LoadBalancerType::network;
  topology.load_balancers[0].name = "nlb";
  topology.entries = {"nlb"};
  topology.load_balancers[0].listeners[0].protocol = "TCP";
  return topology;
}

TEST(ValidateFaults, AStageThatIsNeverReachedIsRefused) {
  Topology topology = passing_through();
  Fault& fault = topology.faults.emplace_back();
  fault.name = "fault";
  fault.hop = "nlb";
  fault.stage = Stage::request_headers;
  EXPECT_THAT(
      rules_broken(topology),
      Contains(HasSubstr("/faults/fault/stage: \"request-headers\": connections here get to "
                         "accept")));
  fault.stage = Stage::accept;
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  fault.hop = "mine";
  fault.stage = Stage::request_headers;
  EXPECT_THAT(rules_broken(topology), IsEmpty());
}

/// What is wrong with it at the network load balancer.
std::vector<std::string> wrong_with(Fault fault) {
  Topology topology = passing_through();
  fault.name = "fault";
  if (fault.hop.empty()) fault.hop = "nlb";
  topology.faults.push_back(fault);
  return rules_broken(topology);
}

TEST(ValidateFaults, AnActionHasWhatItNeedsAndTakes) {
  Fault fault;
  fault.action = FaultAction::latency;
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("/faults/fault: : latency needs delay")));
  fault.delay = 200ms;
  fault.jitter = 300ms;
  EXPECT_THAT(wrong_with(fault), IsEmpty());
  fault.bytes_per_second = 1000;
  EXPECT_THAT(
      wrong_with(fault),
      Contains(HasSubstr("/faults/fault/bytesPerSecond: : latency does not take it; it belongs "
                         "to bandwidth")));
  fault.bytes_per_second.reset();
  fault.delay = 25h;
  EXPECT_THAT(wrong_with(fault),
              Contains(HasSubstr("/faults/fault/delay: : it takes at most 24h")));
  fault = {};
  fault.action = FaultAction::slice;
  fault.size = 10;
  fault.variation = 10;
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("/faults/fault/variation: : it takes less")));
  fault = {};
  fault.action = FaultAction::truncate;
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("truncate needs afterBytes")));
  fault = {};
  fault.action = FaultAction::down;
  fault.every = 2;
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("/faults/fault/connections: : down does not")));
}

TEST(ValidateFaults, RequestsAreSeenByWhoSpeaksHttp) {
  Fault fault;
  fault.action = FaultAction::answer;
  fault.status = 503;
  EXPECT_THAT(
      wrong_with(fault),
      Contains(HasSubstr("answer is about requests: it takes an application load balancer")));
  fault.stage = Stage::accept;
  fault.direction = FaultDirection::to_client;
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("/faults/fault/direction: : answer does not")));
  fault = {};
  fault.action = FaultAction::slow_handshake;
  fault.delay = 1s;
  fault.hop = "mine";
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("slow-handshake is about clients")));
}

TEST(ValidateFaults, ALoadBalancersOwnConnectionsAreAHop) {
  Fault fault;
  fault.hop = "nlb>group";
  EXPECT_THAT(wrong_with(fault), IsEmpty());
  fault.stage = Stage::client_hello;
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("have the stage accept only")));
  fault.stage = Stage::accept;
  fault.hop = "nlb>groop";
  EXPECT_THAT(wrong_with(fault), Contains(HasSubstr("there is nlb, mine or nlb>group")));
}

TEST(ValidateProxies, NeedAnUpstream) {
  Topology topology = passing_through();
  topology.proxies.push_back(Proxy{"extra", "127.0.0.1:70000", ""});
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("/proxies/extra/upstream")));
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("/proxies/extra/listen")));
}

TEST(ValidatePairings, FollowAwssTable) {
  Topology topology = passing_through();
  topology.target_groups[0].protocol = "TLS";
  EXPECT_THAT(rules_broken(topology),
              Contains(HasSubstr("a TCP listener forwards to groups of Protocol TCP")));
  topology.load_balancers[0].listeners[0].protocol = "TLS";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("a TLS listener needs Certificates")));
}

TEST(ValidateMutualTls, OfANetworkLoadBalancerIsForTlsListenersInVerifyMode) {
  Topology topology = passing_through();
  TrustStore& store = topology.trust_stores.emplace_back();
  store.name = "store";
  store.ca_certificates = {"ca"};
  CertificateAuthority& authority = topology.pki.authorities.emplace_back();
  authority.name = "ca";
  authority.subject = "CN=ca";
  Certificate& server = topology.pki.certificates.emplace_back();
  server.name = "server";
  server.subject = "CN=server";
  server.issuer = "ca";
  Listener& listener = listener_of(topology);
  MutualAuthentication& mutual = listener.mutual_authentication;
  mutual.mode = MutualAuthenticationMode::verify;
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("a TCP listener ends no TLS")));
  listener.protocol = "TLS";
  listener.certificates = {"server"};
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("Mode verify needs a TrustStore")));
  mutual.trust_store = "store";
  mutual.identity_filters = {
      {IdentityFilter::Field::san_uri, IdentityFilter::MatchType::prefix, "spiffe"}};
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  mutual.identity_filters[0].value = "spiffe//a";
  EXPECT_THAT(rules_broken(topology),
              Contains(HasSubstr("ClientCertificateIdentityFilters/0/Value: \"spiffe//a\"")));
  mutual = {};
  mutual.mode = MutualAuthenticationMode::passthrough;
  EXPECT_THAT(rules_broken(topology),
              Contains(HasSubstr("a network load balancer has Mode verify only")));
  mutual = {};
  mutual.identity_filters.emplace_back().value = "a";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("they are valid only with Mode verify")));
}

TEST(ValidateMutualTls, OfAnApplicationLoadBalancerHasNoIdentityFilters) {
  Topology topology = small();
  MutualAuthentication& mutual = listener_of(topology).mutual_authentication;
  mutual.mode = MutualAuthenticationMode::passthrough;
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("goes with Protocol HTTPS only")));
  listener_of(topology).protocol = "HTTPS";
  mutual.identity_filters.emplace_back().value = "a";
  EXPECT_THAT(rules_broken(topology),
              Contains(HasSubstr("only a network load balancer's TLS listener has identity")));
}

TEST(ValidateListeners, OfANetworkLoadBalancerAreNotForPacketsAndHaveNoRules) {
  for (const char* const protocol : {"UDP", "TCP_UDP", "QUIC", "TCP_QUIC"}) {
    Topology topology = passing_through();
    listener_of(topology).protocol = protocol;
    EXPECT_THAT(rules_broken(topology),
                Contains(HasSubstr(std::string("Protocol: \"") + protocol + "\": ")));
  }
  Topology topology = passing_through();
  listener_of(topology).rules = {rule_with(RuleCondition::Field::source_ip, {"10.0.0.0/8"})};
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("with IpAddressType dualstack only")));
}

TEST(ValidatePrivateLink, ANameThatIsNotVerifiedIsForEndpointsThatWereThere) {
  Topology topology = passing_through();
  VpcEndpointService& service = topology.vpc_endpoint_services.emplace_back();
  service.name = "service";
  service.network_load_balancer = "nlb";
  service.private_dns_name = "api.example.com";
  VpcEndpoint& endpoint = topology.vpc_endpoints.emplace_back();
  endpoint.name = "consumer";
  endpoint.service_name = "service";
  endpoint.private_dns_enabled = true;
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  service.private_dns_name_state = DnsNameState::failed;
  EXPECT_THAT(rules_broken(topology),
              Contains(HasSubstr("does not provide a private DNS name that is verified")));
  endpoint.state = EndpointState::available;
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  service.private_dns_name.clear();
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("there is nothing to verify")));
}

TEST(ValidatePrivateLink, ANetworkLoadBalancerServesOneService) {
  Topology topology = passing_through();
  for (const char* name : {"one", "two"}) {
    VpcEndpointService& service = topology.vpc_endpoint_services.emplace_back();
    service.name = name;
    service.network_load_balancer = "nlb";
  }
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("it serves one")));
  topology.vpc_endpoint_services.pop_back();
  EXPECT_THAT(rules_broken(topology), IsEmpty());
}

TEST(ValidateIdleTimeout, IsATcpListenersOnly) {
  Topology of_application = small(), of_tls = passing_through();
  for (Topology* topology : {&of_application, &of_tls}) {
    listener_of(*topology).attributes.tcp_idle_timeout_s = 400;
  }
  EXPECT_THAT(rules_broken(of_application),
              Contains(HasSubstr("tcp.idle_timeout.seconds is a network load balancer's")));
  EXPECT_THAT(rules_broken(of_tls), IsEmpty());
  listener_of(of_tls).protocol = "TLS";
  EXPECT_THAT(rules_broken(of_tls),
              Contains(HasSubstr("the idle timeout of a TLS listener is always 350 s")));
}

TEST(ValidateSecurityGroups, NamesAndRanges) {
  Topology topology = passing_through();
  SecurityGroup& group = topology.security_groups.emplace_back();
  group.name = "clients";
  group.ingress.resize(1);
  group.ingress[0].cidr_ip = "127.0.0.1/8";
  topology.load_balancers[0].security_groups = {"client"};
  const auto broken = rules_broken(topology);
  EXPECT_THAT(broken, Contains(HasSubstr("has bits behind its prefix")));
  EXPECT_THAT(broken, Contains(HasSubstr("there is no security group of that name")));
  topology.security_groups[0].ingress[0].cidr_ip = "2001:db8::/32";
  EXPECT_THAT(rules_broken(topology), Contains(HasSubstr("clients here have IPv4 addresses")));
}

TEST(Validate, DnsFailoverComesWithRoutingFailoverOrBeforeIt) {
  const std::string here = "/TargetGroups/group/TargetGroupAttributes/target_group_health.";
  Topology topology = small();
  auto& attributes = topology.target_groups[0].attributes;
  attributes.unhealthy_state_routing = {2, 50};
  EXPECT_THAT(rules_broken(topology),
              ElementsAre(StartsWith(here + "dns_failover.minimum_healthy_targets.count: 1: ")));
  attributes.dns_failover = {2, 49};
  EXPECT_THAT(
      rules_broken(topology),
      ElementsAre(StartsWith(here + "dns_failover.minimum_healthy_targets.percentage: 49: ")));
  attributes.dns_failover = {2, 50};
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  attributes.dns_failover = {3, std::nullopt};
  EXPECT_THAT(rules_broken(topology), IsEmpty()) << "off is no threshold";
  attributes.dns_failover = {std::nullopt, std::nullopt};
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  attributes.unhealthy_state_routing.count.reset();
  EXPECT_THAT(
      rules_broken(topology),
      ElementsAre(StartsWith(here + "unhealthy_state_routing.minimum_healthy_targets.count: ")));
}

TEST(Validate, OnlySomeTargetsHaveAZone) {
  Topology topology = small();
  TargetGroup& group = topology.target_groups[0];
  Target& target = group.targets[0];
  for (const char* const zone : {"eu-west-1a", kAllZones}) {
    target.availability_zone = zone;
    EXPECT_THAT(rules_broken(topology), IsEmpty());
  }
  group.attributes.cross_zone = false;
  EXPECT_THAT(rules_broken(topology),
              ElementsAre(StartsWith("/TargetGroups/group/Targets/0/AvailabilityZone: \"all\": "
                                     "without cross-zone load balancing")));
  target.availability_zone = "eu-west-1a";
  EXPECT_THAT(rules_broken(topology), IsEmpty());
  group.target_type = TargetType::instance;
  EXPECT_THAT(rules_broken(topology), ElementsAre(HasSubstr("TargetType ip and lambda")));
  group.target_type = TargetType::ip;
  group.targets.push_back(target);
  group.targets.back().availability_zone = "eu-west-1b";
  EXPECT_THAT(rules_broken(topology), ElementsAre(HasSubstr("registered already")))
      << "one address is in one zone";
}

}  // namespace
}  // namespace hoplab::model
