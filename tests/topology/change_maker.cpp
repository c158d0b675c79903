#include "change_maker.h"

#include <array>
#include <string>

#include "running_emulator.h"
#include "scenario/format/reader.h"

namespace hoplab::testing {

namespace {

/// A function of the Lambda Runtime API that answers each event alike.
constexpr const char* kFunction =
    "api=http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation; "
    "while id=$(curl -fsSi $api/next | tr -d '\\r' |"
    " sed -n 's/^Lambda-Runtime-Aws-Request-Id: //p'); "
    "do curl -fsS -o /dev/null -d '{\"statusCode\": 200, \"body\": \"a function\"}'"
    " $api/$id/response; done";

constexpr const char* kStickyCookie = "SESSION";
constexpr const char* kProvider = "login.example.com";

model::Action answer(int status, const std::string& body) {
  model::Action action;
  action.type = model::Action::Type::fixed_response;
  action.fixed_response = {status, "text/plain", body};
  return action;
}

model::Action to_group(const std::string& group) {
  model::Action action;
  action.target_groups = {{group, 1}};
  return action;
}

model::TargetGroup group_of_services(const char* name) {
  model::TargetGroup group;
  group.name = name;
  group.protocol = "HTTP";
  group.health_check.interval_s = 10;
  return group;
}

void add_services(model::Topology& topology, std::uint16_t modern_port) {
  for (const char* const name : {"first", "second", "third", "modern"}) {
    model::Service& service = topology.services.emplace_back();
    service.name = name;
    service.stand_in.headers = {{"Set-Cookie", std::string(kStickyCookie) + "=" + name}};
    service.stand_in.echo_request = true;
  }
  model::Service& modern = topology.services.back();
  modern.stand_in = {};
  modern.address = "127.0.0.1:" + std::to_string(modern_port);

  topology.target_groups.push_back(group_of_services("services"));
  topology.target_groups.back().targets.resize(2);
  topology.target_groups.back().targets[0].service = "first";
  topology.target_groups.back().targets[1].service = "second";

  topology.target_groups.push_back(group_of_services("modern"));
  model::TargetGroup& group = topology.target_groups.back();
  group.protocol = group.health_check.protocol = "HTTPS";
  group.protocol_version = model::ProtocolVersion::http2;
  group.targets.emplace_back().service = "modern";
}

void add_function(model::Topology& topology) {
  model::Function& function = topology.functions.emplace_back();
  function.name = "function";
  function.command = {"sh", "-c", kFunction};
  function.timeout_s = 60;  // of a clock that may run fast
  model::TargetGroup& group = topology.target_groups.emplace_back();
  group.name = "function";
  group.target_type = model::TargetType::lambda;
  group.protocol.clear();
  group.port = 0;
  group.targets.emplace_back().function = "function";
}

}  // namespace

model::Topology modern_target() {
  model::Topology topology;
  topology.pki =
      scenario::read_scenario({scenario_file("private-api-mtls")}).scenario->topology.pki;
  model::LoadBalancer& alb = topology.load_balancers.emplace_back();
  alb.name = "modern";
  alb.attributes.idle_timeout_s = 4000;
  model::Listener& listener = alb.listeners.emplace_back();
  listener.protocol = "HTTPS";
  listener.certificates = {"server"};
  listener.default_action = answer(200, "modern");
  return topology;
}

model::Topology changing_topology(std::uint16_t modern_port) {
  model::Topology topology =
      scenario::read_scenario({scenario_file("private-api-mtls")}).scenario->topology;
  add_services(topology, modern_port);
  add_function(topology);
  for (const char* const name : {"front", "bystander"}) {
    model::Listener listener;
    listener.protocol = "HTTP";
    listener.port = 80;
    listener.default_action =
        std::string(name) == "front" ? to_group("services") : answer(200, "undisturbed");
    model::LoadBalancer balancer;
    balancer.name = name;
    balancer.attributes.idle_timeout_s = 4000;
    balancer.attributes.client_keep_alive_s = 604800;
    balancer.listeners = {listener};
    topology.load_balancers.push_back(balancer);
  }
  topology.entries.push_back("front");
  model::VpcEndpoint& direct = topology.vpc_endpoints.emplace_back();
  direct.name = "direct";
  direct.service_name = "execute-api";
  topology.entries.push_back("direct");
  topology.rest_apis.front().policy =
      R"({"Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke",)"
      R"("Resource":"execute-api:/*"}]})";
  return topology;
}

model::Change ChangeMaker::next(const model::Topology& now) {
  switch (below(39)) {
    case 0:
    case 1: return model::PutRule{"front", 80, rule()};
    case 2: return model::DeleteRule{"front", 80, static_cast<int>(1 + below(4))};
    case 3: return model::PutListener{"front", listener(81 + below(2))};
    case 4: return model::DeleteListener{"front", static_cast<std::uint16_t>(81 + below(2))};
    case 5: return mutual(now);
    case 6: return listener_attributes(now);
    case 7: return model::Put<model::LoadBalancer>{extra()};
    case 8: return model::Delete<model::LoadBalancer>{"extra"};
    case 9: return health_check(now);
    case 10:
    case 11: return routing(now);
    case 12: return protocol_version(now);
    case 13: return targets(now);
    case 14: return model::DeregisterTarget{{"services", "first", {}}};
    case 15: return model::RegisterTarget{{"services", coin() ? "first" : "third", {}}};
    case 16: return target_health();
    case 17: return revocation();
    case 18: return trust_store(now);
    case 19: return security_group();
    case 20: return load_balancer_attributes(now);
    case 21: return endpoint_state();
    case 22: return api(now);
    case 23: return service(now);
    case 24: return fault();
    case 25:
      if (coin()) return model::DisarmFault{"f"};
      return model::Delete<model::Fault>{"f"};
    case 26: return syn_answer();
    case 27: return domain_name(now);
    case 28: return subnet();
    case 29: return identity_provider();
    case 30: return function(now);
    case 31: return association(now);
    case 32: return way_in(now);
    case 33: return usage_plan(now);
    case 34: return access_key();
    case 35: return vpc_link();
    case 36: return other_api(now);
    case 37: return deployment(now);
    default: return certificate(now);
  }
}

model::Action ChangeMaker::forward() {
  static constexpr std::array kGroups = {"services", "modern", "function"};
  model::Action action = to_group(kGroups[below(kGroups.size())]);
  if (coin()) {
    action.target_groups = {{"services", 1}, {"modern", 1}};
    action.group_stickiness.enabled = coin();
  }
  return action;
}

model::Rule ChangeMaker::rule() {
  model::Rule rule;
  rule.priority = static_cast<int>(1 + below(4));
  model::RuleCondition& condition = rule.conditions.emplace_back();
  condition.field = model::RuleCondition::Field::path_pattern;
  if (coin()) {
    condition.values = {coin() ? "/widgets" : "/other"};
  } else {
    condition.regex_values = {coin() ? "^/w[a-z]+s$" : "^/(other|none)/"};
  }
  rule.action = coin() ? answer(static_cast<int>(400 + below(20)), "a rule") : forward();
  if (rule.action.type != model::Action::Type::forward || coin()) return rule;
  rule.transforms.push_back(
      {model::Transform::Type::url_rewrite, "^/(w)", "/v" + std::to_string(below(3)) + "/$1"});
  if (coin()) {
    rule.transforms.push_back(
        {model::Transform::Type::host_header_rewrite, "^.*$", "inside.example.com"});
  }
  return rule;
}

model::Listener ChangeMaker::listener(std::size_t port) {
  model::Listener listener;
  listener.protocol = "HTTP";
  listener.port = static_cast<std::uint16_t>(port);
  listener.default_action = answer(200, "port " + std::to_string(below(3)));
  return listener;
}

model::LoadBalancer ChangeMaker::extra() {
  model::LoadBalancer balancer;
  balancer.name = "extra";
  balancer.listeners.push_back(listener(80));
  return balancer;
}

model::Change ChangeMaker::mutual(const model::Topology& now) {
  model::Listener listener = model::share(now.load_balancers, "alb")->listeners.front();
  auto& mutual = listener.mutual_authentication;
  using enum model::MutualAuthenticationMode;
  mutual.mode = std::array{off, passthrough, verify}[below(3)];
  mutual.trust_store = mutual.mode == verify ? "trust-store" : "";
  mutual.ignore_client_certificate_expiry = mutual.mode == verify && coin();
  listener.ssl_policy =
      coin() ? "ELBSecurityPolicy-2016-08" : "ELBSecurityPolicy-TLS13-1-2-2021-06";
  return model::PutListener{"alb", listener};
}

model::Change ChangeMaker::listener_attributes(const model::Topology& now) {
  model::ListenerAttributes other =
      model::share(now.load_balancers, "front")->listeners.front().attributes;
  other.server_header = coin();
  other.response_headers.clear();
  if (coin()) other.response_headers = {{"X-Frame-Options", "DENY"}};
  const auto modify = [other](model::ListenerAttributes& attributes) { attributes = other; };
  return model::ModifyListenerAttributes{"front", 80, modify};
}

model::Change ChangeMaker::load_balancer_attributes(const model::Topology& now) {
  model::LoadBalancer front = *model::share(now.load_balancers, "front");
  front.security_groups.clear();
  if (coin()) front.security_groups = {"group"};
  front.attributes.xff_client_port = coin();
  front.attributes.desync_mitigation_mode = coin() ? "monitor" : "strictest";
  return model::Put<model::LoadBalancer>{front};
}

model::Change ChangeMaker::health_check(const model::Topology& now) {
  model::TargetGroup group = *model::share(now.target_groups, "services");
  group.health_check.matcher = coin() ? "200" : "404";
  group.attributes.deregistration_delay_s = static_cast<int>(below(20));
  group.attributes.unhealthy_state_routing.count = static_cast<int>(1 + below(2));
  return model::Put<model::TargetGroup>{group};
}

/// Who gets a request: stickiness, the algorithm, slow start.
model::Change ChangeMaker::routing(const model::Topology& now) {
  using enum model::RoutingAlgorithm;
  model::TargetGroup group = *model::share(now.target_groups, "services");
  model::TargetGroupAttributes& attributes = group.attributes;
  attributes.algorithm =
      std::array{round_robin, least_outstanding_requests, weighted_random}[below(3)];
  attributes.anomaly_mitigation = attributes.algorithm == weighted_random && coin();
  attributes.slow_start_s = attributes.algorithm == round_robin && coin() ? 30 : 0;
  attributes.stickiness = {};
  attributes.stickiness.enabled = coin();
  if (attributes.stickiness.enabled && coin()) {
    attributes.stickiness.by_app_cookie = true;
    attributes.stickiness.app_cookie_name = kStickyCookie;
  }
  return model::Put<model::TargetGroup>{group};
}

/// What its target speaks (HTTP/2), what any does, or what it does not (gRPC).
model::Change ChangeMaker::protocol_version(const model::Topology& now) {
  using enum model::ProtocolVersion;
  model::TargetGroup group = *model::share(now.target_groups, "modern");
  group.protocol_version = std::array{http1, http2, grpc}[below(3)];
  group.health_check.matcher = group.protocol_version == grpc ? "" : "200";
  group.health_check.grpc_matcher = group.protocol_version == grpc ? "0-99" : "";
  return model::Put<model::TargetGroup>{group};
}

model::Change ChangeMaker::targets(const model::Topology& now) {
  model::TargetGroup group = *model::share(now.target_groups, "services");
  group.targets.clear();
  for (const char* const name : {"first", "second", "third"}) {
    if (coin()) group.targets.emplace_back().service = name;
  }
  return model::Put<model::TargetGroup>{group};
}

model::Change ChangeMaker::target_health() {
  model::SetTargetHealth change{{"services", "second", {}}, {}};
  if (coin()) change.healthy = coin();
  return change;
}

model::Change ChangeMaker::certificate(const model::Topology& now) {
  model::Certificate server = *model::share(now.pki.certificates, "server");
  server.not_after_s += static_cast<std::int64_t>(below(3));
  return model::Put<model::Certificate>{server};
}

model::Change ChangeMaker::revocation() {
  const std::string name = coin() ? "my_client" : "wrong_purpose";
  if (coin()) return model::ReinstateCertificate{name};
  return model::RevokeCertificate{name};
}

model::Change ChangeMaker::trust_store(const model::Topology& now) {
  model::TrustStore store = *model::share(now.trust_stores, "trust-store");
  store.ca_certificates = {"private-ca"};
  if (coin()) store.ca_certificates.push_back("another-ca");
  return model::Put<model::TrustStore>{store};
}

model::Change ChangeMaker::security_group() {
  model::SecurityGroup group;
  group.name = "group";
  if (coin()) group.ingress.push_back({"tcp", 0, 65535, "127.0.0.0/8", ""});
  return model::Put<model::SecurityGroup>{group};
}

model::Change ChangeMaker::subnet() {
  model::Subnet subnet{"spare", "eu-west-1c", "10.9." + std::to_string(below(4)) + ".0/24"};
  if (coin()) return model::Delete<model::Subnet>{subnet.name};
  return model::Put<model::Subnet>{subnet};
}

model::Change ChangeMaker::endpoint_state() {
  using enum model::EndpointState;
  return model::SetEndpointState{coin() ? "consumer-endpoint" : "direct",
                                 coin() ? available : rejected};
}

/// Gives the API a name with the endpoint's id, or takes it away.
model::Change ChangeMaker::association(const model::Topology& now) {
  model::RestApi api = now.rest_apis.front();
  api.vpc_endpoints.clear();
  if (coin()) api.vpc_endpoints = {"direct"};
  return model::Put<model::RestApi>{api};
}

/// Private DNS, who is let in, and whether clients come at all.
model::Change ChangeMaker::way_in(const model::Topology& now) {
  if (below(3) == 0) {
    model::SetEntries change{now.entries};
    std::erase(change.entries, "direct");
    if (coin()) change.entries.push_back("direct");
    return change;
  }
  model::VpcEndpoint direct = *model::share(now.vpc_endpoints, "direct");
  direct.private_dns_enabled = coin();
  direct.policy = coin() ? now.rest_apis.front().policy : std::string();
  direct.security_groups.clear();
  if (coin()) direct.security_groups = {"group"};
  return model::Put<model::VpcEndpoint>{direct};
}

/// What the API checks of requests, how it answers by itself, and what it takes for binary.
void ChangeMaker::check_and_say(model::RestApi& api) {
  model::Method& method = api.methods.front();
  api.models = {{"Widget", "application/json", R"({"type":"object"})"}};
  api.request_validators = {{"all", coin(), coin()}};
  method.request_validator = below(3) == 0 ? "all" : "";
  method.request_models = {{"$default", coin() ? "Widget" : "Empty"}};
  method.request_parameters = {{"method.request.querystring.q", coin()}};
  api.gateway_responses.clear();
  if (coin()) {
    api.gateway_responses = {{"DEFAULT_4XX", 499, {}, {{"text/plain", "$context.error.message"}}}};
  }
  api.binary_media_types.clear();
  if (coin()) api.binary_media_types = {"*/*"};
  api.minimum_compression_size.reset();
  if (coin()) api.minimum_compression_size = static_cast<int>(below(20));
}

/// Who may call the API's first method. A function that is asked makes no answer of an authorizer.
void ChangeMaker::guard(const model::Topology& now, model::RestApi& api) {
  using enum model::AuthorizationType;
  model::Method& method = api.methods.front();
  api.authorizers.clear();
  method.authorizer.clear();
  method.api_key_required = below(4) == 0;
  method.authorization = coin() ? none : coin() ? aws_iam : custom;
  if (method.authorization != custom) return;
  model::Authorizer& authorizer = api.authorizers.emplace_back();
  authorizer.name = method.authorizer = "guard";
  authorizer.identity_sources = {"method.request.header.Host"};
  authorizer.result_ttl_s = coin() ? 60 : 0;
  if (coin() && model::share(now.identity_providers, kProvider)) {
    method.authorization = cognito_user_pools;
    authorizer.type = model::Authorizer::Type::cognito_user_pools;
    authorizer.identity_providers = {kProvider};
    return;
  }
  authorizer.type = coin() ? model::Authorizer::Type::token : model::Authorizer::Type::request;
  authorizer.function = "function";
}

model::Change ChangeMaker::api(const model::Topology& now) {
  model::RestApi api = now.rest_apis.front();
  api.methods.front().integration = integration(now);
  check_and_say(api);
  api.stages.front() = {};
  if (coin()) {
    api.stages.front().variables = {{"version", std::to_string(below(3))}};
    model::MethodSettings& settings = api.stages.front().method_settings.emplace_back();
    settings.throttling_rate_limit = static_cast<double>(1 + below(1000)) / 2;
    settings.throttling_burst_limit = 1000;
    settings.metrics_enabled = coin();
  }
  guard(now, api);
  return model::Put<model::RestApi>{api};
}

model::Change ChangeMaker::deployment(const model::Topology& now) {
  const model::RestApi& one = now.rest_apis.front();
  const std::string last = one.deployments.empty() ? "" : one.deployments.back().name;
  model::RestApiStage stage = one.stages.front();
  constexpr std::size_t kEnough = 4;
  if (one.deployments.size() > kEnough) {
    return model::DeleteDeployment{one.name, one.deployments.front().name};
  }
  switch (below(5)) {
    case 0: return model::CreateDeployment{one.name, {}, coin() ? stage.name : "other", {}};
    case 1:
      return model::CreateDeployment{one.name, {}, stage.name, model::CanarySetting{50, {}, {}}};
    case 2: stage.deployment.clear(); break;
    case 3: stage.deployment = last; break;
    default: return model::DeleteStage{one.name, "other"};
  }
  if (coin()) stage.canary.reset();
  return model::PutStage{one.name, stage};
}

model::Change ChangeMaker::usage_plan(const model::Topology& now) {
  if (coin()) {
    model::ApiKey key;
    key.name = "key";
    key.enabled = coin();
    return model::Put<model::ApiKey>{key};
  }
  model::UsagePlan plan;
  plan.name = "plan";
  if (coin()) return model::Delete<model::UsagePlan>{plan.name};
  if (model::share(now.api_keys, "key")) plan.api_keys = {"key"};
  plan.api_stages = {{now.rest_apis.front().name, now.rest_apis.front().stages.front().name, {}}};
  if (coin())
    plan.quota = {static_cast<int>(1 + below(5)), 0, model::UsagePlan::Quota::Period::day};
  return model::Put<model::UsagePlan>{plan};
}

model::Change ChangeMaker::service(const model::Topology& now) {
  model::Service service = *model::share(now.services, coin() ? "first" : "second");
  service.stand_in.status_code = coin() ? 200 : 404;
  return model::Put<model::Service>{service};
}

model::Change ChangeMaker::syn_answer() {
  using enum model::SynAnswer;
  return model::SetSynAnswer{"second", coin() ? accept : refuse};
}

/// A program that answers, or an endpoint where nobody is. (One that ends at once is started for
/// each request: under a sanitizer that would take most of the time.)
model::Change ChangeMaker::function(const model::Topology& now) {
  model::Function function = *model::share(now.functions, "function");
  function.command.clear();
  function.endpoint.clear();
  if (coin()) {
    function.command = {"sh", "-c", kFunction};
  } else {
    function.endpoint = "127.0.0.1:9";
  }
  function.memory_size_mb = static_cast<int>(128 + below(3));
  return model::Put<model::Function>{function};
}

model::Change ChangeMaker::identity_provider() {
  model::IdentityProvider provider;
  provider.name = kProvider;
  provider.clients.resize(1);
  provider.clients[0].client_id = coin() ? "app" : "other";
  if (coin()) provider.address = "127.0.0.1:9";
  if (!provider.played()) provider.clients.clear();
  provider.encrypted = coin();
  if (coin()) return model::Delete<model::IdentityProvider>{provider.name};
  return model::Put<model::IdentityProvider>{provider};
}

model::Change ChangeMaker::fault() {
  model::Fault fault;
  fault.name = "f";
  fault.hop = coin() ? "front" : "nlb";
  fault.stage = fault.hop == "front" ? Stage::request_headers : Stage::client_hello;
  return model::Put<model::Fault>{fault};
}

}  // namespace hoplab::testing
