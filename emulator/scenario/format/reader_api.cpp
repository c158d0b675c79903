// Private REST APIs and their methods.
#include "scenario/format/reader_endpoint_configuration.h"
#include "scenario/format/reader_policy.h"

namespace hoplab::scenario {
namespace {

using model::Method;
using model::RestApi;
namespace rules = model::rules;

const ObjectType& method_type() {
  using enum model::AuthorizationType;
  constexpr std::string_view kOpen = "there are no authorizers";
  static const ObjectType type =
      Define<Method>("Method", "A method of a resource (AWS::ApiGateway::Method).")
          .nested("Integration", integration_type, &Method::integration, "what answers it")
          .required()
          .word<model::AuthorizationType>(
              "AuthorizationType", {{"NONE", none}, {"AWS_IAM", aws_iam}}, &Method::authorization,
              "who may call it: NONE, the default, whom the API's resource policy lets in; "
              "AWS_IAM, "
              "requests that are signed with one of AccessKeys",
              {{"CUSTOM", kOpen}, {"COGNITO_USER_POOLS", kOpen}})
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
               [](RestApi& into, const Node& node, ReadContext& context) {
                 read_policy(into.policy, node, context, "a resource policy",
                             kLongestResourcePolicy);
               })
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

}  // namespace hoplab::scenario
