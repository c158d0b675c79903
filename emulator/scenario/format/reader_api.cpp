// RestApis, DomainNames and services: what answers at the end of the path.
#include <algorithm>
#include <filesystem>
#include <utility>

#include "base/file.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::Answer;
using model::BasePathMapping;
using model::DomainName;
using model::Integration;
using model::IntegrationType;
using model::Method;
using model::RestApi;
using model::Service;
namespace rules = model::rules;

constexpr std::uint32_t kLargestBody = 10485760;  // API Gateway's payload limit

void check_answer(const Answer&, const Node& node, ReadContext& context) {
  const Node* body = node.find("body");
  for (const std::string_view other : {"bodyFile", "bodyBytes", "echoRequest"}) {
    const Node* member = node.find(other);
    if (member == nullptr) continue;
    if (body != nullptr) {
      context.report(*member, {},
                     "the answer has one body: body, bodyFile, bodyBytes or echoRequest");
    }
    body = member;
  }
}

void read_body(Answer& into, const Node& node, ReadContext& context) {
  into.body_file = context.file_of(node);
  std::error_code error;
  const auto size = std::filesystem::file_size(into.body_file, error);
  if (error) return;  // said already
  if (size > kLargestBody) {
    return context.report(node, "a file of " + std::to_string(size) + " bytes",
                          "a body has at most " + std::to_string(kLargestBody));
  }
  auto body = read_file(into.body_file);
  if (!body) return context.report(node, {}, body.error());
  into.body = std::move(body).value();
}

/// The answer's properties, shared by a method's integration and a service's stand-in.
template <class T>
Define<T> answer(std::string_view name, std::string_view help) {
  Define<T> define(name, help);
  define.value("statusCode", integer(200, 599), &T::status_code, "default 200")
      .own("headers", headers_type(), "headers of the answer",
           [](T& into, const Node& node, ReadContext&) { assign_headers(into.headers, node); })
      .written([](const T& from, bool) -> std::optional<Node> {
        if (from.headers.empty()) return std::nullopt;
        Node all = object_node();
        for (const auto& [field, value] : from.headers) add_member(all, field, node_of(value));
        return all;
      })
      .own("body", json(), "the body: a text as it is, other JSON in compact form",
           [](T& into, const Node& node, ReadContext&) { into.body = body_text(node); })
      .written([](const T& from, bool) -> std::optional<Node> {
        if (from.body.empty() || !from.body_file.empty()) return std::nullopt;
        return node_of(from.body);
      })
      .own("bodyFile", text(rules::kNotEmpty),
           "instead of body: a file that holds it, relative to the scenario's folder",
           [](T& into, const Node& node, ReadContext& context) { read_body(into, node, context); })
      .written([](const T& from, bool) -> std::optional<Node> {
        if (from.body_file.empty()) return std::nullopt;
        return node_of(from.body_file);
      })
      .value("bodyBytes", integer(0, kLargestBody), &T::body_bytes,
             "instead of body: a generated body of so many bytes")
      .value(
          "echoRequest", boolean(), &T::echo_request,
          "instead of body: the request as JSON; a stand-in that does so returns what it receives "
          "in a WebSocket, too; default false")
      .after(check_answer);
  return define;
}

/// Of arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations, as AWS has it:
/// the function's name, without a qualifier. Empty: it is no such ARN.
std::string function_of_uri(std::string_view uri) {
  constexpr std::string_view kBefore = ":lambda:path/2015-03-31/functions/arn:";
  constexpr std::string_view kName = ":function:", kAfter = "/invocations";
  const auto before = uri.find(kBefore);
  const auto name = uri.rfind(kName);
  if (before == std::string_view::npos || name == std::string_view::npos || name < before ||
      !uri.ends_with(kAfter)) {
    return {};
  }
  const auto rest = uri.substr(name + kName.size());
  return std::string(rest.substr(0, std::min(rest.find(':'), rest.find('/'))));
}

void read_uri(Integration& into, const Node& node, ReadContext& context) {
  if (node.text.starts_with("http://") || node.text.starts_with("https://")) {
    into.uri = node.text;
    return;
  }
  into.function = function_of_uri(node.text);
  if (!into.function.empty()) return;
  context.report(node, model::in_quotes(node.text),
                 "it takes an http or https URL, or what invokes a function: arn:aws:apigateway:"
                 "REGION:lambda:path/2015-03-31/functions/ARN/invocations");
}

/// Which properties each type of integration takes, and what it needs.
struct IntegrationForm {
  std::string_view word;
  IntegrationType type;
  std::vector<std::string_view> takes;
  std::string_view others;  // what is wrong with a property that it does not take
};

const std::vector<IntegrationForm>& integration_forms() {
  static const std::vector<IntegrationForm> all = {
      {"MOCK",
       IntegrationType::mock,
       {"statusCode", "headers", "body", "bodyFile", "bodyBytes", "echoRequest"},
       "it goes with an integration that asks somebody; MOCK answers by itself"},
      {"AWS_PROXY",
       IntegrationType::aws_proxy,
       {"Function", "Uri", "IntegrationHttpMethod", "TimeoutInMillis"},
       "it does not go with AWS_PROXY: a function is asked, and says what is answered"},
      {"HTTP_PROXY",
       IntegrationType::http_proxy,
       {"Uri", "service", "IntegrationHttpMethod", "TimeoutInMillis", "ResponseTransferMode",
        "TlsConfig"},
       "it does not go with HTTP_PROXY: a service is asked, and says what is answered"},
  };
  return all;
}

void check_function(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const uri = node.find("Uri");
  const Node* const method = node.find("IntegrationHttpMethod");
  if (node.find("Function") && uri) {
    context.report(*uri, {}, "Function names the function already");
  } else if (uri && !into.uri.empty()) {
    context.report(*uri, model::in_quotes(into.uri), "AWS_PROXY asks a function");
  } else if (!node.find("Function") && !uri) {
    context.report(node, {}, "AWS_PROXY needs Function: the name of a function of this scenario");
  }
  if (method && method->text != "POST") {
    context.report(*method, model::in_quotes(method->text), "a function is invoked by POST");
  }
}

void check_backend(const Integration& into, const Node& node, ReadContext& context) {
  const Node* const uri = node.find("Uri");
  if (!uri) return context.report(node, {}, "HTTP_PROXY needs Uri: the URL of the backend");
  if (into.uri.empty()) {
    if (!function_of_uri(uri->text).empty()) {
      context.report(*uri, model::in_quotes(uri->text), "HTTP_PROXY asks an http or https URL");
    }
    return;
  }
  if (!node.find("service")) {
    context.report(node, {},
                   "HTTP_PROXY needs service: the service of this scenario that stands behind Uri");
  }
  if (!node.find("IntegrationHttpMethod")) {
    context.report(node, {}, "HTTP_PROXY needs IntegrationHttpMethod: the method, or ANY");
  }
}

void check_integration(Integration& into, const Node& node, ReadContext& context) {
  check_answer(into, node, context);
  const Node* const type = node.find("Type");
  const auto form = std::ranges::find(integration_forms(), into.type, &IntegrationForm::type);
  if (!type || type->text != form->word) return;  // said already
  for (const Node& member : node.items) {
    const bool of_another =
        std::ranges::any_of(integration_forms(), [&](const IntegrationForm& one) {
          return std::ranges::find(one.takes, member.key) != one.takes.end();
        });
    if (of_another && std::ranges::find(form->takes, member.key) == form->takes.end()) {
      context.report(member, {}, std::string(form->others));
    }
  }
  if (into.type == IntegrationType::aws_proxy) check_function(into, node, context);
  if (into.type == IntegrationType::http_proxy) check_backend(into, node, context);
}

const ObjectType& tls_config_type() {
  static const ObjectType type =
      Define<Integration>("TlsConfig", "How the backend's certificate is checked.")
          .value("InsecureSkipVerification", boolean(), &Integration::skip_verification,
                 "whether a certificate of any authority will do; default false")
          .type();
  return type;
}

const ObjectType& integration_type() {
  constexpr std::string_view kNoBackend =
      "a method answers by itself, by a function or by a service; use MOCK, AWS_PROXY or "
      "HTTP_PROXY";
  static const ObjectType type =
      answer<Integration>("Integration",
                          "What answers a method: a fixed answer (MOCK), a function (AWS_PROXY) "
                          "or a service (HTTP_PROXY).")
          .word<IntegrationType>("Type",
                                 {{"MOCK", IntegrationType::mock},
                                  {"AWS_PROXY", IntegrationType::aws_proxy},
                                  {"HTTP_PROXY", IntegrationType::http_proxy}},
                                 &Integration::type, "MOCK, AWS_PROXY or HTTP_PROXY",
                                 {{"AWS", kNoBackend}, {"HTTP", kNoBackend}})
          .required()
          .value("Function", text(rules::kNotEmpty), &Integration::function,
                 "AWS_PROXY: a function of this scenario")
          .own("Uri", text(rules::kNotEmpty),
               "HTTP_PROXY: the backend's URL; AWS_PROXY: in place of Function, as "
               "CloudFormation has it",
               read_uri)
          .written([](const Integration& from, bool) -> std::optional<Node> {
            if (from.uri.empty()) return std::nullopt;
            return node_of(from.uri);
          })
          .value("service", text(rules::kNotEmpty), &Integration::service,
                 "HTTP_PROXY: the service of this scenario that stands behind the host of Uri")
          .value("IntegrationHttpMethod", text(rules::kApiMethod), &Integration::http_method,
                 "HTTP_PROXY: the method that the backend is asked by, or ANY: the client's own")
          .value("TimeoutInMillis", integer(50, 29'000), &Integration::timeout_ms,
                 "emulated milliseconds that the function or service may take; default 29000")
          .word<bool>("ResponseTransferMode", {{"BUFFERED", false}, {"STREAM", true}},
                      &Integration::stream,
                      "HTTP_PROXY: BUFFERED, the default, or STREAM: the answer passes as it comes")
          .nested(
              "TlsConfig", tls_config_type, [](Integration& one) -> Integration& { return one; },
              "HTTP_PROXY: how the backend's certificate is checked")
          .written([](const Integration& from, bool) -> std::optional<Node> {
            if (!from.skip_verification) return std::nullopt;
            return write_object(tls_config_type(), &from);
          })
          .refuse({"IntegrationResponses", "RequestTemplates", "RequestParameters"},
                  "say the answer with statusCode, headers and body")
          .refuse({"ConnectionType", "ConnectionId", "IntegrationTarget"}, kNoBackend)
          .refuse({"Credentials", "ContentHandling", "PassthroughBehavior", "CacheKeyParameters",
                   "CacheNamespace"},
                  "requests and answers pass as they are")
          .after(check_integration)
          .type();
  return type;
}

const ObjectType& stand_in_type() {
  static const ObjectType type =
      answer<Answer>("StandIn", "What answers while the service has no address.").type();
  return type;
}

const ObjectType& method_type() {
  constexpr std::string_view kOpen = "methods are open (NONE); the API's resource policy decides";
  static const ObjectType type =
      Define<Method>("Method", "A method of a resource (AWS::ApiGateway::Method).")
          .nested("Integration", integration_type, &Method::integration, "what answers it")
          .required()
          .states("AuthorizationType", text(), "\"NONE\"", kOpen)
          .refuse({"AuthorizerId", "AuthorizationScopes"}, kOpen)
          .states("ApiKeyRequired", boolean(), "false", "there are no API keys")
          .refuse({"RequestModels", "RequestParameters", "RequestValidatorId", "MethodResponses"},
                  "requests are not validated against models")
          .type();
  return type;
}

void read_resources(RestApi& into, const Node& node, ReadContext& context) {
  for (const Node& resource : node.items) {
    for (const Node& one : resource.items) {
      Method& method = into.methods.emplace_back();
      method.path = resource.key;
      method.http_method = one.key;
      read_into(method_type(), one, method, context);
    }
  }
}

Node write_resources(const RestApi& from) {
  Node all = object_node();
  for (const Method& method : from.methods) {
    Node* resource = all.find(method.path);
    if (!resource) {
      add_member(all, method.path, object_node());
      resource = &all.items.back();
    }
    add_member(*resource, method.http_method, write_object(method_type(), &method));
  }
  return all;
}

/// Only the shape; the policy floor judges operators and keys when it compiles the text.
void read_policy(RestApi& into, const Node& node, ReadContext& context) {
  constexpr std::size_t kLongestPolicy = 8192;
  into.policy = to_json(node);
  if (into.policy.size() > kLongestPolicy) {
    context.report(node, "a policy of " + std::to_string(into.policy.size()) + " characters",
                   "a resource policy has at most 8192");
  }
  const Node* statements = node.find("Statement");
  if (statements == nullptr) {
    context.report(node, found(node), "it takes an IAM policy: an object with Statement");
    return;
  }
  const bool many = statements->kind == Node::Kind::list;
  if (!many && statements->kind != Node::Kind::object) {
    context.report(*statements, found(*statements), "it takes a statement or a list of them");
  }
  if (!many) return;
  for (const Node& one : statements->items) {
    if (one.kind != Node::Kind::object) {
      context.report(one, found(one),
                     "it takes a statement: an object with Effect, Principal, "
                     "Action and Resource");
    }
  }
}

template <class T>
const ObjectType& endpoint_configuration_type(std::string_view name, std::string_view word,
                                              std::string_view why) {
  static const ObjectType type = [&] {
    std::vector<std::pair<std::string_view, std::string_view>> others;
    for (const std::string_view one : {"EDGE", "REGIONAL", "PRIVATE"}) {
      if (one != word) others.emplace_back(one, why);
    }
    return Define<T>(name, "The kind of endpoint.")
        .fixed("Types", list_of(choice({word}, std::move(others)), 1, 1), word)
        .written([word](const T&, bool) { return list_node({node_of(std::string(word))}); })
        .required()
        .refuse({"VpcEndpointIds", "IpAddressType"}, "names are resolved by Host and policy alone")
        .type();
  }();
  return type;
}

const ObjectType& mapping_type() {
  static const ObjectType type =
      Define<BasePathMapping>("BasePathMapping",
                              "Where an API stands (AWS::ApiGateway::BasePathMapping).")
          .value("BasePath", text(rules::kBasePath), &BasePathMapping::base_path,
                 "the path in front; empty, the default, is the root")
          .value("RestApi", text(rules::kNotEmpty), &BasePathMapping::rest_api,
                 "an API of this scenario")
          .required()
          .value("Stage", text(rules::kStageName), &BasePathMapping::stage, "the API's stage")
          .required()
          .refuse("RestApiId", "name an API of the scenario as RestApi")
          .type();
  return type;
}

void check_address(Service&, const Node& node, ReadContext& context) {
  const Node* address = node.find("address");
  const bool given =
      address != nullptr && !(address->kind == Node::Kind::text && address->text.empty());
  for (const std::string_view name : {"connect", "standInIp", "banner"}) {
    const Node* const of_stand_in = node.find(name);
    if (given && of_stand_in != nullptr) {
      context.report(*of_stand_in, {}, "the service at the address answers for itself");
    }
  }
  if (given || node.find("standIn") != nullptr) return;
  context.report(node, {}, "a service without an address needs standIn: what answers in its place");
}

}  // namespace

Node node_of_json(const std::string& json) {
  std::vector<Diagnostic> none;
  return parse_document(json, "", none).value_or(object_node());
}

const ObjectType& rest_api_type() {
  static const ObjectType type =
      Define<RestApi>("RestApi", "A private REST API (AWS::ApiGateway::RestApi).")
          .fixed("EndpointConfiguration",
                 object(endpoint_configuration_type<RestApi>(
                     "PrivateEndpoint", "PRIVATE", "the APIs at the end of this path are private")),
                 "Types: [PRIVATE]")
          .written([](const RestApi& from, bool) {
            return write_object(
                endpoint_configuration_type<RestApi>("PrivateEndpoint", "PRIVATE", ""), &from);
          })
          .required()
          .value("Account", text(rules::kAccount), &RestApi::account,
                 "the account it is in; default 111111111111")
          .value("RestApiId", text(rules::kRestApiId), &RestApi::id,
                 "its id; default derived from its name")
          .value("StageName", text(rules::kStageName), &RestApi::stage, "its stage; default prod")
          .own("Policy", json(),
               "the resource policy; AWS: \"Private REST API doesn't have a resource policy "
               "attached to it\"",
               read_policy)
          .written([](const RestApi& from, bool) { return node_of_json(from.policy); })
          .required()
          .value("DisableExecuteApiEndpoint", boolean(), &RestApi::disable_execute_api_endpoint,
                 "whether only custom domain names lead here; default false")
          .own("Resources",
               map_of(map_of(object(method_type), rules::kApiMethod), rules::kResourcePath),
               "methods by path and HTTP method", read_resources)
          .written([](const RestApi& from, bool) { return write_resources(from); })
          .required()
          .refuse({"Body", "BodyS3Location"}, "say the resources in Resources")
          .refuse("Name", "the key is the name")
          .refuse({"BinaryMediaTypes", "MinimumCompressionSize"}, "bodies pass unchanged")
          .refuse("ApiKeySourceType", "there are no API keys")
          .refuse({"ProtocolType", "RouteSelectionExpression"}, "APIs are REST APIs")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

const ObjectType& domain_name_type() {
  static const ObjectType type =
      Define<DomainName>("DomainName", "A custom domain name (AWS::ApiGateway::DomainName).")
          .fixed("EndpointConfiguration",
                 object(endpoint_configuration_type<DomainName>(
                     "RegionalEndpoint", "REGIONAL",
                     "a REGIONAL custom domain name maps to the private API")),
                 "Types: [REGIONAL]")
          .written([](const DomainName& from, bool) {
            return write_object(
                endpoint_configuration_type<DomainName>("RegionalEndpoint", "REGIONAL", ""), &from);
          })
          .required()
          .list("BasePathMappings", mapping_type, &DomainName::base_path_mappings,
                "which API stands at which path")
          .required()
          .refuse({"RegionalCertificateArn", "CertificateArn", "SecurityPolicy",
                   "MutualTlsAuthentication", "OwnershipVerificationCertificateArn"},
                  "TLS for this name ends at the execute-api endpoint, whose certificate a load "
                  "balancer does not check")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

const std::vector<std::pair<std::string_view, model::SynAnswer>>& syn_answers() {
  using enum model::SynAnswer;
  static const std::vector<std::pair<std::string_view, model::SynAnswer>> all = {
      {"accept", accept}, {"refuse", refuse}, {"drop", drop}};
  return all;
}

const ObjectType& service_type() {
  static const ObjectType type =
      Define<Service>("Service", "A service on this machine: the one under test.")
          .value("address", text(rules::kHostPort), &Service::address,
                 "host:port; while it is empty, standIn answers")
          .nested("standIn", stand_in_type, &Service::stand_in,
                  "what answers while the address is empty")
          .written([](const Service& from, bool) {
            return write_object(stand_in_type(), &from.stand_in);
          })
          .when([](const Service& from) { return from.address.empty(); })
          .value("standInIp", text(rules::kLoopbackIp), &Service::stand_in_ip,
                 "the address that the stand-in listens on; default 127.0.0.1")
          .value("banner", text(rules::kNotEmpty), &Service::banner,
                 "what the stand-in says, at once, to who connects, before it closes: a target "
                 "that does "
                 "not speak HTTP; default: it does")
          .word<model::SynAnswer>(
              "connect", syn_answers(), &Service::syn_answer,
              "the stand-in's answer to who connects: accept, the default; refuse, as a closed "
              "port "
              "does; drop, as a host that is gone or a security group that denies")
          .value("AvailabilityZone", text(rules::kAvailabilityZone), &Service::availability_zone,
                 "the zone it is in; default: in all of them")
          .value("TcpEstablishedTimeout", integer(60, 432'000), &Service::connection_tracking_s,
                 "seconds without data after which its network interface drops a connection's "
                 "packets; "
                 "default 432000; 350 on Nitro v6")
          .after(check_address)
          .type();
  return type;
}

Type headers_type() {
  return map_of(text(rules::kHeaderValue), rules::kHeaderName);
}

void assign_headers(std::vector<std::pair<std::string, std::string>>& to, const Node& node) {
  for (const Node& item : node.items) to.emplace_back(item.key, item.text);
}

std::string body_text(const Node& node) {
  return node.kind == Node::Kind::text ? node.text : to_json(node);
}

}  // namespace hoplab::scenario
