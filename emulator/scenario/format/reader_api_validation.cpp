// What an API checks of requests, and what it says by itself: models, request validators and
// gateway responses.
#include "model/problem.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::ApiModel;
using model::GatewayResponse;
using model::RequestValidator;
namespace rules = model::rules;

/// An object, or, as CloudFormation takes it, too, the text of one.
void read_schema(ApiModel& into, const Node& node, ReadContext& context) {
  if (node.kind != Node::Kind::object && node.kind != Node::Kind::text) {
    return context.report(node, found(node), "it takes a JSON Schema: an object");
  }
  into.schema = body_text(node);
}

/// A text in CloudFormation, a number here and there.
void read_status(GatewayResponse& into, const Node& node, ReadContext& context) {
  constexpr int kFirst = 200, kLast = 599;
  into.status_code = node.kind == Node::Kind::integer ? static_cast<int>(node.integer)
                                                      : model::parse_number(node.text);
  if (into.status_code && *into.status_code >= kFirst && *into.status_code <= kLast) return;
  context.report(node, found(node), "it takes a status, 200 to 599");
}

}  // namespace

const ObjectType& api_model_type() {
  static const ObjectType type =
      Define<ApiModel>("ApiModel", "The form of a body (AWS::ApiGateway::Model).")
          .value("ContentType", text(rules::kNotEmpty), &ApiModel::content_type,
                 "its media type; default application/json")
          .own("Schema", json(),
               "a JSON Schema (draft 4); another model is "
               "{\"$ref\": \"https://apigateway.amazonaws.com/restapis/{api}/models/{Name}\"}",
               read_schema)
          .written([](const ApiModel& from, bool) { return node_of_json(from.schema); })
          .required()
          .refuse("Name", "the key is the name")
          .refuse("RestApiId", "it stands in its API")
          .refuse("Description", "it has no effect on traffic")
          .type();
  return type;
}

const ObjectType& request_validator_type() {
  static const ObjectType type =
      Define<RequestValidator>("RequestValidator",
                               "What is checked of requests (AWS::ApiGateway::RequestValidator).")
          .value("ValidateRequestBody", boolean(), &RequestValidator::validate_request_body,
                 "whether the body must be one that the method's model allows; default false")
          .value("ValidateRequestParameters", boolean(),
                 &RequestValidator::validate_request_parameters,
                 "whether the method's required parameters must be there; default false")
          .refuse("Name", "the key is the name")
          .refuse("RestApiId", "it stands in its API")
          .type();
  return type;
}

const ObjectType& gateway_response_type() {
  static const ObjectType type =
      Define<GatewayResponse>("GatewayResponse",
                              "How the API answers by itself (AWS::ApiGateway::GatewayResponse).")
          .own("StatusCode", either({text(), integer(200, 599)}),
               "the status; default that of the type", read_status)
          .written([](const GatewayResponse& from, bool) -> std::optional<Node> {
            if (!from.status_code) return std::nullopt;
            return node_of(std::to_string(*from.status_code));
          })
          .own("ResponseParameters", map_of(text(), rules::kNotEmpty),
               "headers: gatewayresponse.header.X, and a text in single quotes, "
               "method.request.header.X and the like, context.x or stageVariables.x",
               [](GatewayResponse& into, const Node& node, ReadContext&) {
                 assign_headers(into.response_parameters, node);
               })
          .written([](const GatewayResponse& from, bool) -> std::optional<Node> {
            if (from.response_parameters.empty()) return std::nullopt;
            return texts_node(from.response_parameters);
          })
          .own("ResponseTemplates", map_of(text(), rules::kNotEmpty),
               "bodies by media type, with $context.x and $stageVariables.x in them",
               [](GatewayResponse& into, const Node& node, ReadContext&) {
                 assign_headers(into.response_templates, node);
               })
          .written([](const GatewayResponse& from, bool) -> std::optional<Node> {
            if (from.response_templates.empty()) return std::nullopt;
            return texts_node(from.response_templates);
          })
          .refuse("ResponseType", "the key is the type")
          .refuse("RestApiId", "it stands in its API")
          .type();
  return type;
}

}  // namespace hoplab::scenario
