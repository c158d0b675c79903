// RestApis, DomainNames and services: what answers at the end of the path.
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

/// arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations, as AWS has it.
void read_uri(Integration& into, const Node& node, ReadContext& context) {
  constexpr std::string_view kBefore = ":lambda:path/2015-03-31/functions/arn:";
  constexpr std::string_view kName = ":function:", kAfter = "/invocations";
  const std::string_view uri = node.text;
  const auto before = uri.find(kBefore);
  const auto name = uri.rfind(kName);
  if (before == std::string_view::npos || name == std::string_view::npos || name < before ||
      !uri.ends_with(kAfter)) {
    return context.report(node, model::in_quotes(node.text),
                          "it takes what invokes a function: arn:aws:apigateway:REGION:lambda:path/"
                          "2015-03-31/functions/ARN/invocations");
  }
  const auto rest = uri.substr(name + kName.size());
  into.function = rest.substr(0, std::min(rest.find(':'), rest.find('/')));  // without a qualifier
}

void check_integration(Integration& into, const Node& node, ReadContext& context) {
  const auto not_of_it = [&](std::initializer_list<std::string_view> names,
                             const std::string& why) {
    for (const std::string_view name : names) {
      if (const Node* const member = node.find(name)) context.report(*member, {}, why);
    }
  };
  check_answer(into, node, context);
  const Node* const type = node.find("Type");
  if (!type || (type->text != "MOCK" && type->text != "AWS_PROXY")) return;  // said already
  if (into.type == IntegrationType::mock) {
    return not_of_it({"Function", "Uri", "IntegrationHttpMethod", "TimeoutInMillis"},
                     "it goes with AWS_PROXY; MOCK answers by itself");
  }
  not_of_it({"statusCode", "headers", "body", "bodyFile", "bodyBytes", "echoRequest"},
            "it goes with MOCK; the function says what is answered");
  if (node.find("Function") && node.find("Uri")) {
    context.report(*node.find("Uri"), {}, "Function names the function already");
  } else if (!node.find("Function") && !node.find("Uri")) {
    context.report(node, {}, "AWS_PROXY needs Function: the name of a function of this scenario");
  }
}

const ObjectType& integration_type() {
  constexpr std::string_view kNoBackend =
      "a method answers by itself or by a function; use MOCK or AWS_PROXY";
  static const ObjectType type =
      answer<Integration>(
          "Integration", "What answers a method: a fixed answer (MOCK), or a function (AWS_PROXY).")
          .word<IntegrationType>(
              "Type", {{"MOCK", IntegrationType::mock}, {"AWS_PROXY", IntegrationType::aws_proxy}},
              &Integration::type, "MOCK or AWS_PROXY",
              {{"AWS", kNoBackend}, {"HTTP", kNoBackend}, {"HTTP_PROXY", kNoBackend}})
          .required()
          .value("Function", text(rules::kNotEmpty), &Integration::function,
                 "AWS_PROXY: a function of this scenario")
          .own("Uri", text(rules::kNotEmpty), "in place of Function, as CloudFormation has it",
               read_uri)
          .states("IntegrationHttpMethod", text(), "\"POST\"", "a function is invoked by POST")
          .value("TimeoutInMillis", integer(50, 29'000), &Integration::timeout_ms,
                 "AWS_PROXY: emulated milliseconds that the function may take; default 29000")
          .refuse({"IntegrationResponses", "RequestTemplates", "RequestParameters"},
                  "say the answer with statusCode, headers and body")
          .refuse({"ConnectionType", "ConnectionId", "IntegrationTarget"}, kNoBackend)
          .refuse({"Credentials", "ContentHandling", "PassthroughBehavior", "CacheKeyParameters",
                   "CacheNamespace", "ResponseTransferMode"},
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

/// Takes the one kind that is emulated; `why` no other.
template <class T>
Define<T> endpoint_configuration(std::string_view name, std::string_view word,
                                 std::string_view why) {
  std::vector<std::pair<std::string_view, std::string_view>> others;
  for (const std::string_view one : {"EDGE", "REGIONAL", "PRIVATE"}) {
    if (one != word) others.emplace_back(one, why);
  }
  Define<T> define(name, "The kind of endpoint.");
  define.fixed("Types", list_of(choice({word}, std::move(others)), 1, 1), word)
      .written([word](const T&, bool) { return list_node({node_of(std::string(word))}); })
      .required()
      .refuse("IpAddressType", "endpoints are IPv4");
  return define;
}

const ObjectType& private_endpoint_type() {
  static const ObjectType type =
      endpoint_configuration<RestApi>("PrivateEndpoint", "PRIVATE",
                                      "the APIs at the end of this path are private")
          .value("VpcEndpointIds", list_of(text(rules::kNotEmpty), 1, 50), &RestApi::vpc_endpoints,
                 "execute-api endpoints of this scenario, by name, that the API is associated "
                 "with: it may be called by {api}-{vpce-id}.execute-api.{region}.amazonaws.com")
          .type();
  return type;
}

const ObjectType& regional_endpoint_type() {
  static const ObjectType type =
      endpoint_configuration<DomainName>("RegionalEndpoint", "REGIONAL",
                                         "a REGIONAL custom domain name maps to the private API")
          .refuse("VpcEndpointIds", "an API is associated with endpoints")
          .type();
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
          .nested(
              "EndpointConfiguration", private_endpoint_type,
              [](RestApi& into) -> RestApi& { return into; },
              "Types: [PRIVATE], and the endpoints that the API is associated with")
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
          .fixed("EndpointConfiguration", object(regional_endpoint_type), "Types: [REGIONAL]")
          .written([](const DomainName& from, bool) {
            return write_object(regional_endpoint_type(), &from);
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
