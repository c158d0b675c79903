#include "scenario/openapi/rest_api.h"

#include "scenario/openapi/parts.h"
#include "scenario/yaml/yaml_document.h"

namespace hoplab::scenario::openapi {
namespace {

/// False and a diagnostic: it is no document that API Gateway imports.
bool check_version(Document& document) {
  const Node* const swagger = document.root.find("swagger");
  const Node* const openapi = document.root.find("openapi");
  const Node* const version = swagger ? swagger : openapi;
  if (!version) {
    document.report(document.root, {},
                    "an OpenAPI document says swagger: \"2.0\" or openapi: \"3.0.1\"");
    return false;
  }
  document.swagger = swagger != nullptr;
  if (swagger ? version->text == "2.0" : version->text.starts_with("3.0")) return true;
  document.report(*version, found(*version), "API Gateway imports Swagger 2.0 and OpenAPI 3.0");
  return false;
}

void check_root(Document& document) {
  document.check_members(document.root, {"openapi",
                                         "swagger",
                                         "info",
                                         "externalDocs",
                                         "servers",
                                         "tags",
                                         "paths",
                                         "components",
                                         "definitions",
                                         "parameters",
                                         "responses",
                                         "securityDefinitions",
                                         "security",
                                         "host",
                                         "basePath",
                                         "schemes",
                                         "consumes",
                                         "produces",
                                         "x-amazon-apigateway-policy",
                                         "x-amazon-apigateway-endpoint-configuration",
                                         "x-amazon-apigateway-gateway-responses",
                                         "x-amazon-apigateway-binary-media-types",
                                         "x-amazon-apigateway-minimum-compression-size",
                                         "x-amazon-apigateway-request-validators",
                                         "x-amazon-apigateway-request-validator",
                                         "x-amazon-apigateway-api-key-source",
                                         "x-amazon-apigateway-security-policy",
                                         "x-amazon-apigateway-endpoint-access-mode",
                                         "x-amazon-apigateway-documentation",
                                         "x-amazon-apigateway-importexport-version"});
}

/// A service that no uri leads to was meant for something.
void check_services(Document& document) {
  if (!document.around.services) return;
  for (const Node& one : document.around.services->items) {
    if (document.bound.contains(one.key)) continue;
    document.report(one, model::in_quotes(one.key), "no integration's uri has that host");
  }
}

}  // namespace

std::optional<Node> parse_text(std::string_view text, const std::string& file,
                               std::vector<Diagnostic>& diagnostics) {
  const auto first = text.find_first_not_of(" \t\r\n");
  const bool json = first != std::string_view::npos && text[first] == '{';
  return json ? parse_document(text, file, diagnostics) : parse_yaml(text, file, diagnostics);
}

std::optional<Node> rest_api_of(const Node& root, const Surroundings& around,
                                ReadContext& context) {
  Document document{root, around, context};
  Node api = object_like(root, root.key);
  if (root.kind != Node::Kind::object) {
    document.report(root, found(root), "it takes an OpenAPI document, an object");
    return std::nullopt;
  }
  if (!check_version(document)) return std::nullopt;
  check_root(document);
  add_settings(document, api);
  if (auto authorizers = authorizers_of(document)) api.items.push_back(std::move(*authorizers));
  if (const Node* const paths = document.member(root, "paths", Node::Kind::object)) {
    api.items.push_back(resources_of(document, *paths));
  } else if (!root.find("paths")) {
    document.report(root, {}, "it needs paths: the API's methods by path");
  }
  if (auto models = models_of(document)) api.items.push_back(std::move(*models));
  check_services(document);
  return api;
}

}  // namespace hoplab::scenario::openapi
