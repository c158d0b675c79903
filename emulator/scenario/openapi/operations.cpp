#include "scenario/format/any_of.h"
#include "scenario/openapi/parts.h"

namespace hoplab::scenario::openapi {
namespace {

constexpr std::string_view kAnyMethod = "x-amazon-apigateway-any-method";
constexpr std::string_view kIntegration = "x-amazon-apigateway-integration";
constexpr std::string_view kValidator = "x-amazon-apigateway-request-validator";

bool is_method(std::string_view member) {
  return is_any_of(
      member, {"get", "put", "post", "delete", "options", "head", "patch", "trace", kAnyMethod});
}

void check_path_members(Document& document, const Node& path) {
  document.check_members(
      path, {"get", "put", "post", "delete", "options", "head", "patch", "trace", kAnyMethod,
             "$ref", "summary", "description", "parameters", "servers"});
}

/// The name of a request validator: the operation's, else that of all.
const Node* validator_of(Document& document, const Node& operation) {
  const Node* const own = document.member(operation, kValidator, Node::Kind::text);
  return own || operation.find(kValidator)
             ? own
             : document.member(document.root, kValidator, Node::Kind::text);
}

std::optional<Node> method_of(Document& document, const Node& path_item, const Node& operation) {
  document.check_members(
      operation, {"tags", "summary", "description", "externalDocs", "operationId", "consumes",
                  "produces", "parameters", "requestBody", "responses", "callbacks", "deprecated",
                  "security", "servers", "schemes", kIntegration, "x-amazon-apigateway-auth",
                  kValidator, "x-amazon-apigateway-documentation"});
  if (operation.kind != Node::Kind::object) {
    document.report(operation, found(operation), "it takes an operation, an object");
    return std::nullopt;
  }
  const Node* const integration = document.member(operation, kIntegration, Node::Kind::object);
  if (!integration && !document.around.keeps_all) {
    if (!operation.find(kIntegration)) {
      document.report(operation, {}, "it needs " + std::string(kIntegration) + ": what answers it");
    }
    return std::nullopt;
  }
  std::string name = operation.key == kAnyMethod ? "ANY" : in_capitals(operation.key);
  Node method = object_like(operation, name);
  if (const Node* const id = document.member(operation, "operationId", Node::Kind::text)) {
    method.items.push_back(renamed(*id, "OperationName"));
  }
  add_authorization(document, operation, method);
  add_request(document, path_item, operation, method);
  if (const Node* const validator = validator_of(document, operation)) {
    method.items.push_back(renamed(*validator, "RequestValidatorId"));
  }
  if (document.around.keeps_all) add_responses(document, operation, method);
  if (integration) method.items.push_back(integration_of(document, *integration));
  return method;
}

}  // namespace

Node resources_of(Document& document, const Node& paths) {
  Node resources = object_like(paths, "Resources");
  for (const Node& path : paths.items) {
    if (path.key.starts_with("x-")) continue;
    const Node* const item = document.resolve(path);
    if (!item) continue;
    if (item->kind != Node::Kind::object) {
      document.report(path, found(path), "it takes methods by their names, an object");
      continue;
    }
    check_path_members(document, *item);
    Node resource = object_like(path, path.key);
    for (const Node& operation : item->items) {
      if (!is_method(operation.key)) continue;
      if (auto method = method_of(document, *item, operation)) {
        resource.items.push_back(std::move(*method));
      }
    }
    resources.items.push_back(std::move(resource));
  }
  return resources;
}

}  // namespace hoplab::scenario::openapi
