// Private REST APIs and their methods.
#include "scenario/format/reader_endpoint_configuration.h"
#include "scenario/format/reader_policy.h"

namespace hoplab::scenario {
namespace {

using model::ApiDefinition;
using model::Deployment;
using model::Method;
using model::RestApi;
using model::RestApiStage;
namespace rules = model::rules;

void read_resources(ApiDefinition& into, const Node& node, ReadContext& context) {
  for (const Node& resource : node.items) {
    for (const Node& one : resource.items) {
      Method& method = into.methods.emplace_back();
      method.path = resource.key;
      method.http_method = one.key;
      read_into(method_type(), one, method, context);
    }
  }
}

Node write_resources(const ApiDefinition& from) {
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

/// openapi/body.h has put what a document says in its place, or null where it could not.
void read_body(RestApi&, const Node& node, ReadContext& context) {
  if (node.kind == Node::Kind::null) return;
  context.report(node, {}, "a document is read with its scenario; say the resources in Resources");
}

void read_services(RestApi&, const Node& node, ReadContext& context) {
  context.report(node, {}, "it goes with Body; here each integration says its service");
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

/// What an API is at some time. Policy and Resources are required as `require` has it.
template <class T>
void add_definition(Define<T>& define, const std::function<void(Define<T>&)>& require) {
  define
      .template word<model::ApiKeySource>(
          "ApiKeySourceType",
          {{"HEADER", model::ApiKeySource::header},
           {"AUTHORIZER", model::ApiKeySource::authorizer}},
          &T::api_key_source,
          "where an API key stands: HEADER, in x-api-key, or AUTHORIZER, in what the authorizer "
          "says; default HEADER")
      .own(
          "Policy", json(),
          "the resource policy; AWS: \"Private REST API doesn't have a resource policy attached to "
          "it\"",
          [](T& into, const Node& node, ReadContext& context) {
            read_policy(into.policy, node, context, "a resource policy", kLongestResourcePolicy);
          })
      .written([](const T& from, bool) { return node_of_json(from.policy); });
  require(define);
  define
      .value("DisableExecuteApiEndpoint", boolean(), &T::disable_execute_api_endpoint,
             "whether only custom domain names lead here; default false")
      .map("Authorizers", authorizer_type, rules::kNotEmpty, &T::authorizers,
           &model::Authorizer::name, "by name: who says who may pass")
      .map("Models", api_model_type, rules::kNotEmpty, &T::models, &model::ApiModel::name,
           "JSON Schemas by name, beside Empty and Error, which every API has")
      .map("RequestValidators", request_validator_type, rules::kNotEmpty, &T::request_validators,
           &model::RequestValidator::name, "by name: what methods check of requests")
      .map("GatewayResponses", gateway_response_type, rules::kNotEmpty, &T::gateway_responses,
           &model::GatewayResponse::type,
           "by type, such as DEFAULT_4XX: how the API answers by itself")
      .value("BinaryMediaTypes", list_of(text(rules::kNotEmpty), 0, 100), &T::binary_media_types,
             "media types of bodies that are bytes: image/png, image/*, */*")
      .value("MinimumCompressionSize", integer(0, 10'485'760), &T::minimum_compression_size,
             "bytes from which on bodies are compressed; default: none are")
      .own("Resources",
           map_of(map_of(object(method_type), rules::kApiMethod), rules::kResourcePath),
           "methods by path and HTTP method", read_resources)
      .written([](const T& from, bool) { return write_resources(from); });
  require(define);
}

const ObjectType& deployment_type() {
  static const ObjectType type = [] {
    Define<Deployment> define(
        "Deployment", "An API as it was when it was deployed (AWS::ApiGateway::Deployment).");
    add_definition<Deployment>(define, [](auto& last) { last.required(); });
    return define
        .refuse({"StageName", "StageDescription", "DeploymentCanarySettings"},
                "a stage says its DeploymentId")
        .refuse("Description", "it has no effect on traffic")
        .type();
  }();
  return type;
}

void read_stages(RestApi& into, const Node& node, ReadContext& context) {
  if (node.items.empty()) {
    context.report_unread(node, {}, "an API that is asked has a stage");
    return;
  }
  into.stages.clear();
  for (const Node& one : node.items) {
    RestApiStage& stage = into.stages.emplace_back();
    stage.name = one.key;
    read_into(stage_type(), one, stage, context);
  }
}

bool has_one_stage(const RestApi& from) {
  return from.stages.size() == 1;
}

void add_stages(Define<RestApi>& define) {
  define
      .value(
          "StageName", text(rules::kStageName),
          [](RestApi& into) -> std::string& { return into.stages.front().name; },
          "its stage; default prod")
      .when(has_one_stage)
      .nested(
          "Stage", stage_type, [](RestApi& into) -> RestApiStage& { return into.stages.front(); },
          "its stage's variables, throttles and logs")
      .when(has_one_stage)
      .own("Stages", map_of(object(stage_type), rules::kStageName),
           "in place of StageName and Stage: several stages by name", read_stages)
      .written([](const RestApi& from, bool) -> std::optional<Node> {
        if (has_one_stage(from)) return std::nullopt;
        Node all = object_node();
        for (const RestApiStage& one : from.stages) {
          add_member(all, one.name, write_object(stage_type(), &one));
        }
        return all;
      })
      .map("Deployments", deployment_type, rules::kDeploymentId, &RestApi::deployments,
           &Deployment::name,
           "by id: the API as it was, for stages that say DeploymentId; the change "
           "CreateDeployment makes them");
}

void check_stages(RestApi&, const Node& node, ReadContext& context) {
  if (!node.find("Stages")) return;
  for (const std::string_view other : {"StageName", "Stage"}) {
    if (const Node* const one = node.find(other)) {
      context.report(*one, {}, "it does not go with Stages, which names each stage");
    }
  }
}

}  // namespace

Node node_of_json(const std::string& json) {
  std::vector<Diagnostic> none;
  return parse_document(json, "", none).value_or(object_node());
}

const ObjectType& method_type() {
  using enum model::AuthorizationType;
  static const ObjectType type =
      Define<Method>("Method", "A method of a resource (AWS::ApiGateway::Method).")
          .nested("Integration", integration_type, &Method::integration, "what answers it")
          .required()
          .word<model::AuthorizationType>(
              "AuthorizationType",
              {{"NONE", none},
               {"AWS_IAM", aws_iam},
               {"CUSTOM", custom},
               {"COGNITO_USER_POOLS", cognito_user_pools}},
              &Method::authorization,
              "who may call it: NONE, the default, whom the API's resource policy lets in; "
              "AWS_IAM, requests that are signed with one of AccessKeys; CUSTOM, whom a function "
              "lets in; COGNITO_USER_POOLS, who has a user pool's token")
          .value("OperationName", text(rules::kNotEmpty), &Method::operation_name,
                 "what a function's event calls it")
          .value("AuthorizerId", text(rules::kNotEmpty), &Method::authorizer,
                 "one of the API's Authorizers, by name")
          .value("AuthorizationScopes", list_of(text(rules::kNotEmpty), 1, 100),
                 &Method::authorization_scopes,
                 "of COGNITO_USER_POOLS: an access token with one of them is taken; without, an "
                 "ID token is")
          .value("ApiKeyRequired", boolean(), &Method::api_key_required,
                 "whether a request needs an API key of a usage plan; default false")
          .value("RequestValidatorId", text(rules::kNotEmpty), &Method::request_validator,
                 "one of the API's RequestValidators, by name")
          .own("RequestModels", map_of(text(rules::kNotEmpty), rules::kNotEmpty),
               "by the body's media type, or $default: one of the API's Models, Empty or Error",
               [](Method& into, const Node& node, ReadContext&) {
                 assign_headers(into.request_models, node);
               })
          .written([](const Method& from, bool) -> std::optional<Node> {
            if (from.request_models.empty()) return std::nullopt;
            return texts_node(from.request_models);
          })
          .own("RequestParameters", map_of(boolean(), rules::kNotEmpty),
               "method.request.header.X, method.request.path.X and method.request.querystring.X, "
               "and whether it is required",
               [](Method& into, const Node& node, ReadContext&) {
                 for (const Node& one : node.items) {
                   into.request_parameters.emplace_back(one.key, one.boolean);
                 }
               })
          .written([](const Method& from, bool) -> std::optional<Node> {
            if (from.request_parameters.empty()) return std::nullopt;
            Node all = object_node();
            for (const auto& [name, required] : from.request_parameters) {
              add_member(all, name, node_of(required));
            }
            return all;
          })
          .refuse("MethodResponses", "whatever an integration answers passes")
          .type();
  return type;
}

const ObjectType& rest_api_type() {
  static const ObjectType type = [] {
    Define<RestApi> define("RestApi", "A private REST API (AWS::ApiGateway::RestApi).");
    define
        .nested(
            "EndpointConfiguration", private_endpoint_type,
            [](RestApi& into) -> RestApi& { return into; },
            "Types: [PRIVATE], and the endpoints that the API is associated with")
        .required_or("Body")
        .value("Account", text(rules::kAccount), &RestApi::account,
               "the account it is in; default 111111111111")
        .value("RestApiId", text(rules::kRestApiId), &RestApi::id,
               "its id; default derived from its name");
    add_stages(define);
    add_definition<RestApi>(define, [](auto& last) { last.required_or("Body"); });
    return define
        .own("Body", json(),
             "in place of Resources: an OpenAPI document with the extensions of API Gateway, or "
             "{ \"file\": \"api.yaml\" }: YAML or JSON, relative to the scenario's folder",
             read_body)
        .own("services", map_of(text(rules::kNotEmpty), rules::kNotEmpty),
             "with Body: the service of this scenario that stands behind each host of its uris",
             read_services)
        .refuse("BodyS3Location", "Body names a file of this machine")
        .refuse({"Mode", "FailOnWarnings", "Parameters"}, "a document is imported as it is")
        .refuse("Name", "the key is the name")
        .refuse({"ProtocolType", "RouteSelectionExpression"}, "APIs are REST APIs")
        .refuse("Tags", kNoTags)
        .after(check_stages)
        .type();
  }();
  return type;
}

}  // namespace hoplab::scenario
