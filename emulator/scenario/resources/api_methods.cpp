#include "scenario/resources/api_methods.h"

#include <algorithm>

#include "model/stage_variables.h"
#include "scenario/format/function_uri.h"
#include "scenario/format/reader_types.h"
#include "scenario/openapi/rest_api.h"
#include "scenario/resources/api_paths.h"
#include "scenario/resources/backends.h"

namespace hoplab::scenario::resources {
namespace {

constexpr std::string_view kMethod = "AWS::ApiGateway::Method";
constexpr std::string_view kAuthorizer = "AWS::ApiGateway::Authorizer";
constexpr std::string_view kValidator = "AWS::ApiGateway::RequestValidator";

/// "backend.example.com" of "https://backend.example.com:8443/path".
std::string host_of(const std::string& uri) {
  const auto begin = uri.find("://");
  if (begin == std::string::npos) return {};
  const std::string rest = uri.substr(begin + 3);
  return rest.substr(0, rest.find_first_of("/:?"));
}

void erase(Node& node, std::initializer_list<std::string_view> names) {
  std::erase_if(node.items,
                [&](const Node& one) { return std::ranges::find(names, one.key) != names.end(); });
}

Node stand_in(const Node& place, Node answer) {
  Node node = object_like(place, "Integration");
  node.items.push_back(text_like(place, "MOCK", "Type"));
  for (Node& one : answer.items) node.items.push_back(std::move(one));
  return node;
}

/// Whether somebody is bound to the function, which may be another one in each stage.
bool has_functions(Builder& builder, const std::string& name, const StageVariables& stages) {
  const auto names = in_stages(name, stages);
  return !names.empty() && std::ranges::none_of(names, [&](const std::string& one) {
    return function_for(builder, model::function_named(one)).empty();
  });
}

/// An integration that asks a function, by its uri.
Node function_integration(Builder& builder, const Node& from, const Node& uri,
                          const StageVariables& stages) {
  const std::string name = function_of_uri(uri.text);
  if (name.empty()) {
    builder.note("a stand-in that echoes requests answers for " + uri.text);
    return stand_in(from, node_of_json(R"({"echoRequest":true})"));
  }
  if (!has_functions(builder, name, stages)) {
    const auto names = in_stages(name, stages);
    return stand_in(from, answer_of_function(builder, names.empty() ? name : names.front()));
  }
  Node node = object_like(from, "Integration");
  for (const Node& one : from.items) {
    if (one.key == "Uri") {
      node.items.push_back(text_like(one, name, "Function"));
    } else {
      node.items.push_back(one);
    }
  }
  return node;
}

/// The scenario knows links by their names.
void bind_link(Builder& builder, Node& connection, const StageVariables& stages) {
  const auto ids = in_stages(connection.text, stages);
  if (ids.size() != 1) return;
  for (const std::string_view type : {"AWS::ApiGateway::VpcLink", "AWS::ApiGatewayV2::VpcLink"}) {
    const Resource* const link = builder.find(type, ids.front());
    if (link) connection.text = builder.name_of(*link);
  }
}

/// Services behind the hosts of an http or https uri; true: all of them are stand-ins.
bool bind_services(Builder& builder, const Node& uri, const StageVariables& stages, Node& node) {
  const auto uris = in_stages(uri.text, stages);
  bool stand_ins = true;
  Node all = object_like(uri, "services");
  for (const std::string& one : uris) {
    const std::string host = host_of(one);
    if (host.empty() || all.find(host)) continue;
    all.items.push_back(text_like(uri, service_for(builder, host, nullptr), host));
    stand_ins = stand_ins && is_stand_in(builder, host, nullptr);
  }
  if (all.items.size() == 1) {
    node.items.push_back(renamed(std::move(all.items.front()), "service"));
  } else if (!all.items.empty()) {
    node.items.push_back(std::move(all));
  }
  return stand_ins && !uris.empty();
}

void bind_backend(Builder& builder, Node& node, const StageVariables& stages) {
  Node* const connection = node.find("ConnectionId");
  if (text_of(node, "ConnectionType") == "VPC_LINK" && connection) {
    bind_link(builder, *connection, stages);
    if (Node* const target = node.find("IntegrationTarget")) {
      auto name = builder.reference(*target, kLoadBalancer, "load balancer", "IntegrationTarget");
      if (name) *target = std::move(*name);
    }
    return;
  }
  const std::string text = text_of(node, "Uri");
  if (host_of(text).empty()) return;
  const bool stand_ins = bind_services(builder, Node(*node.find("Uri")), stages, node);
  constexpr std::string_view kHttps = "https://";
  if (!text.starts_with(kHttps) || !stand_ins) return;
  node.find("Uri")->text.replace(0, kHttps.size(), "http://");
  erase(node, {"TlsConfig"});
}

Node integration_of(Builder& builder, const Resource& method, const Node& from,
                    const StageVariables& stages) {
  Node node = from;
  const std::string type = text_of(node, "Type");
  std::vector<std::string_view> inert = {"Credentials", "CacheKeyParameters", "CacheNamespace"};
  if (type.ends_with("_PROXY")) {  // what is asked says everything
    for (const char* const name :
         {"PassthroughBehavior", "IntegrationResponses", "RequestTemplates"}) {
      inert.emplace_back(name);
    }
  }
  if (type == "AWS_PROXY") inert.push_back("ContentHandling");
  for (const std::string_view name : inert) {
    if (node.find(name)) builder.inert_property(method, "Integration." + std::string(name));
    erase(node, {name});
  }
  // It says no more than an integration does without it.
  if (text_of(node, "ConnectionType") == "INTERNET") erase(node, {"ConnectionType"});
  const Node* const uri = node.find("Uri");
  if (uri && (type == "AWS_PROXY" || type == "AWS")) {
    return function_integration(builder, node, *uri, stages);
  }
  if (type == "HTTP_PROXY" || type == "HTTP") bind_backend(builder, node, stages);
  if (type == "MOCK") erase(node, {"IntegrationHttpMethod", "Uri", "TimeoutInMillis"});
  return node;
}

/// `node` is an authorizer's: its function by the scenario's name. False: nobody answers for it.
bool bind_authorizer(Builder& builder, const StageVariables& stages, Node& node) {
  const Node* const uri = node.find("AuthorizerUri");
  const std::string function = uri ? function_of_uri(uri->text) : std::string();
  if (function.empty() || !has_functions(builder, function, stages)) return false;
  Node named = text_like(*uri, function, "Function");
  erase(node, {"AuthorizerUri", "AuthorizerCredentials"});
  node.items.push_back(std::move(named));
  return true;
}

/// The authorizer's name in the API, added at first; empty: nobody answers for its function.
std::string authorizer_for(Builder& builder, const Resource& authorizer,
                           const StageVariables& stages, Node& api) {
  const std::string name = builder.name_of(authorizer);
  Node* section = api.find("Authorizers");
  if (section && section->find(name)) return name;
  const Node& from = authorizer.properties;
  builder.has_effect(authorizer);
  Node node = builder.members(authorizer, {"RestApiId", "AuthType"}, {"AuthorizerCredentials"});
  if (!bind_authorizer(builder, stages, node)) return {};
  if (!section) {
    api.items.push_back(object_like(from, "Authorizers"));
    section = &api.items.back();
  }
  section->items.push_back(renamed(std::move(node), name));
  return name;
}

void add_authorization(Builder& builder, const Resource& method, const StageVariables& stages,
                       Node& node, Node& api) {
  const std::string type = text_of(method.properties, "AuthorizationType");
  if (type != "CUSTOM" && type != "COGNITO_USER_POOLS") {
    if (!type.empty()) node.items.push_back(*method.properties.find("AuthorizationType"));
    return;
  }
  const Node* const id = method.properties.find("AuthorizerId");
  const Resource* const authorizer = id ? builder.find(kAuthorizer, id->text) : nullptr;
  const std::string name =
      authorizer ? authorizer_for(builder, *authorizer, stages, api) : std::string();
  if (name.empty()) {
    return builder.note("everybody may call what " +
                        (authorizer ? describe(*authorizer) : "an authorizer") +
                        " guards: nothing here answers for it");
  }
  node.items.push_back(*method.properties.find("AuthorizationType"));
  node.items.push_back(text_like(*id, name, "AuthorizerId"));
}

Node method_of(Builder& builder, const Resource& method, const StageVariables& stages, Node& api) {
  builder.has_effect(method);
  Node node =
      builder.members(method,
                      {"RestApiId", "ResourceId", "HttpMethod", "Integration", "AuthorizationType",
                       "AuthorizerId", "RequestValidatorId", "MethodResponses"},
                      {"OperationName"});
  add_authorization(builder, method, stages, node, api);
  if (const Node* const id = method.properties.find("RequestValidatorId")) {
    const Resource* const validator = builder.find(kValidator, id->text);
    const std::string name = validator ? text_of(validator->properties, "Name") : id->text;
    node.items.push_back(text_like(
        *id, name.empty() && validator ? builder.name_of(*validator) : name, "RequestValidatorId"));
  }
  if (const Node* const from = method.properties.find("Integration")) {
    node.items.push_back(integration_of(builder, method, *from, stages));
  }
  return node;
}

/// A method of a Body.
void bind_method(Builder& builder, const Resource& api, const Node* authorizers,
                 const StageVariables& stages, Node& method) {
  const std::string guard = text_of(method, "AuthorizerId");
  if (!guard.empty() && !(authorizers && authorizers->find(guard))) {
    erase(method, {"AuthorizationType", "AuthorizerId", "AuthorizationScopes"});
    builder.note("everybody may call what " + guard + " of " + describe(api) +
                 " guards: nothing here answers for it");
  }
  if (Node* const integration = method.find("Integration")) {
    *integration = integration_of(builder, api, Node(*integration), stages);
  }
}

}  // namespace

void add_body(Builder& builder, const Resource& api, const StageVariables& stages, Node& node) {
  const Node* const body = api.properties.find("Body");
  if (!body) return;
  openapi::Surroundings around;
  around.rest_api_id = api.physical_id;
  around.binds = false;
  ReadContext context = builder.context_of(*body);
  auto made = openapi::rest_api_of(*body, around, context);
  if (!made) return;
  erase(*made, {"EndpointConfiguration"});  // the resource's own says it
  if (Node* const authorizers = made->find("Authorizers")) {
    std::erase_if(authorizers->items,
                  [&](Node& one) { return !bind_authorizer(builder, stages, one); });
    if (authorizers->items.empty()) erase(*made, {"Authorizers"});
  }
  const Node* const authorizers = made->find("Authorizers");
  if (Node* const paths = made->find("Resources")) {
    for (Node& path : paths->items) {
      for (Node& method : path.items) {
        bind_method(builder, api, authorizers, stages, method);
      }
    }
  }
  for (Node& one : made->items) {
    if (!node.find(one.key)) node.items.push_back(std::move(one));
  }
}

void add_methods(Builder& builder, const Resource& api, const StageVariables& stages, Node& node) {
  Node all = object_like(api.properties, "Resources");
  for (const Resource* one : builder.of(kApiResource, "RestApiId", api.physical_id)) {
    builder.has_effect(*one);
  }
  for (const Resource* method : builder.of(kMethod, "RestApiId", api.physical_id)) {
    const Resource* const resource =
        find_api_resource(builder.resources, text_of(method->properties, "ResourceId"));
    const std::string path =
        resource ? path_of_resource(builder.resources, text_of(resource->properties, "ParentId"),
                                    text_of(resource->properties, "PathPart"))
                 : "/";
    Node* at = all.find(path);
    if (!at) {
      all.items.push_back(object_like(resource ? resource->properties : method->properties, path));
      at = &all.items.back();
    }
    const std::string http_method = text_of(method->properties, "HttpMethod");
    at->items.push_back(renamed(method_of(builder, *method, stages, node), http_method));
  }
  if (!all.items.empty()) node.items.push_back(std::move(all));
}

}  // namespace hoplab::scenario::resources
