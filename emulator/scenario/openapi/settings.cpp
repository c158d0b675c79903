#include "model/nearest.h"
#include "scenario/openapi/parts.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr std::string_view kEndpoint = "x-amazon-apigateway-endpoint-configuration";

/// An object of objects by name, with the names of CloudFormation.
void add_named(Document& document, std::string_view extension, std::string_view key,
               const std::vector<MemberName>& names, Node& api) {
  const Node* const all = document.member(document.root, extension, Node::Kind::object);
  if (!all || all->items.empty()) return;
  Node made = object_like(*all, key);
  for (const Node& one : all->items) {
    made.items.push_back(with_names(document, one, one.key, names));
  }
  api.items.push_back(std::move(made));
}

/// Of the root in Swagger 2.0, of a server in OpenAPI 3.0.
const Node* endpoint_configuration_of(Document& document) {
  if (document.swagger) return document.member(document.root, kEndpoint, Node::Kind::object);
  const Node* const servers = document.member(document.root, "servers", Node::Kind::list);
  if (!servers) return nullptr;
  for (const Node& server : servers->items) {
    if (const Node* const made = document.member(server, kEndpoint, Node::Kind::object))
      return made;
  }
  return nullptr;
}

/// The name of the endpoint of this scenario that has that id.
Node endpoint_name(Document& document, const Node& id) {
  if (!document.around.binds) return id;
  std::vector<std::string_view> known;
  for (const auto& [of_one, name] : document.around.vpc_endpoints) {
    if (of_one == id.text || name == id.text) return text_like(id, name, "");
    known.push_back(of_one);
  }
  document.report(id, found(id),
                  "there is no VPC endpoint with that VpcEndpointId" +
                      (known.empty() ? "" : "; there is " + model::one_of(known)),
                  model::nearest(id.text, known));
  return id;
}

void add_endpoint_configuration(Document& document, Node& api) {
  const Node* const from = endpoint_configuration_of(document);
  if (!from) return;
  document.check_members(*from, {"types", "vpcEndpointIds", "disableExecuteApiEndpoint"});
  Node made = object_like(*from, "EndpointConfiguration");
  Node types = like(*from, Node::Kind::list, "Types");
  types.items.push_back(text_like(*from, "PRIVATE", ""));
  const Node* const given = from->find("types");
  made.items.push_back(given ? renamed(*given, "Types") : std::move(types));
  if (const Node* const ids = document.member(*from, "vpcEndpointIds", Node::Kind::list)) {
    Node names = like(*ids, Node::Kind::list, "VpcEndpointIds");
    for (const Node& id : ids->items) names.items.push_back(endpoint_name(document, id));
    made.items.push_back(std::move(names));
  }
  if (const Node* const disable = from->find("disableExecuteApiEndpoint")) {
    api.items.push_back(renamed(*disable, "DisableExecuteApiEndpoint"));
  }
  api.items.push_back(std::move(made));
}

}  // namespace

void add_settings(Document& document, Node& api) {
  for (const auto& [extension, key] : std::initializer_list<MemberName>{
           {"x-amazon-apigateway-policy", "Policy"},
           {"x-amazon-apigateway-binary-media-types", "BinaryMediaTypes"},
           {"x-amazon-apigateway-minimum-compression-size", "MinimumCompressionSize"},
           {"x-amazon-apigateway-security-policy", "SecurityPolicy"},
           {"x-amazon-apigateway-endpoint-access-mode", "EndpointAccessMode"}}) {
    if (const Node* const given = document.root.find(extension)) {
      api.items.push_back(renamed(*given, key));
    }
  }
  if (const Node* const source = document.root.find("x-amazon-apigateway-api-key-source")) {
    api.items.push_back(in_capitals(*source, "ApiKeySourceType"));
  }
  add_named(document, "x-amazon-apigateway-request-validators", "RequestValidators",
            {{"validateRequestBody", "ValidateRequestBody"},
             {"validateRequestParameters", "ValidateRequestParameters"}},
            api);
  add_named(document, "x-amazon-apigateway-gateway-responses", "GatewayResponses",
            {{"statusCode", "StatusCode"},
             {"responseParameters", "ResponseParameters"},
             {"responseTemplates", "ResponseTemplates"},
             {"responseType", "ResponseType"}},
            api);
  add_endpoint_configuration(document, api);
}

}  // namespace hoplab::scenario::openapi
