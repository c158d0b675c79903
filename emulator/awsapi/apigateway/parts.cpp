// What REST APIs have beside resources and methods: models, validators, authorizers, and how they
// answer by themselves.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr const char* kSchema = "Schema";

/// Which an answer without a setting of its own has (apigateway.md 9.1); the defaults have none.
struct ResponseType {
  const char* name;
  const char* status;
};
constexpr ResponseType kResponseTypes[] = {{"ACCESS_DENIED", "403"},
                                           {"API_CONFIGURATION_ERROR", "500"},
                                           {"AUTHORIZER_CONFIGURATION_ERROR", "500"},
                                           {"AUTHORIZER_FAILURE", "500"},
                                           {"BAD_REQUEST_BODY", "400"},
                                           {"BAD_REQUEST_PARAMETERS", "400"},
                                           {"DEFAULT_4XX", ""},
                                           {"DEFAULT_5XX", ""},
                                           {"EXPIRED_TOKEN", "403"},
                                           {"INTEGRATION_FAILURE", "504"},
                                           {"INTEGRATION_TIMEOUT", "504"},
                                           {"INVALID_API_KEY", "403"},
                                           {"INVALID_SIGNATURE", "403"},
                                           {"MISSING_AUTHENTICATION_TOKEN", "403"},
                                           {"QUOTA_EXCEEDED", "429"},
                                           {"REQUEST_TOO_LARGE", "413"},
                                           {"RESOURCE_NOT_FOUND", "404"},
                                           {"THROTTLED", "429"},
                                           {"UNAUTHORIZED", "401"},
                                           {"UNSUPPORTED_MEDIA_TYPE", "415"},
                                           {"WAF_FILTERED", "403"}};

/// Models that every API has.
Json built_in_model(const std::string& name) {
  Json model{
      {"Id", name.substr(0, 2) + "0000"}, {"Name", name}, {"ContentType", "application/json"}};
  model["Description"] = "This is a default " + name + " schema model";
  Json schema{{"$schema", "http://json-schema.org/draft-04/schema#"},
              {"title", name + " Schema"},
              {"type", "object"}};
  if (name == "Error") schema["properties"] = {{"message", {{"type", "string"}}}};
  model[kSchema] = schema.dump(2);
  return model;
}

Json gateway_response(const ResponseType& type, const Document* set) {
  if (set) {
    Json value = shown(kGatewayResponses, *set);
    value["DefaultResponse"] = false;
    return value;
  }
  Json value{
      {"ResponseType", type.name},
      {"ResponseParameters", Json::object()},
      {"ResponseTemplates", {{"application/json", "{\"message\":$context.error.messageString}"}}},
      {"DefaultResponse", true}};
  if (*type.status != '\0') value["StatusCode"] = type.status;
  return value;
}

const ResponseType* response_type(const Json& in) {
  const std::string name = in["ResponseType"];
  const auto* const found = std::ranges::find_if(
      kResponseTypes, [&](const ResponseType& one) { return one.name == name; });
  return found == std::end(kResponseTypes) ? nullptr : found;
}

const Document* set_response(const Call& call, const std::string& api, const std::string& type) {
  for (const Document* one : of_api(call, kGatewayResponseType, api)) {
    if (text_of(one->properties, "ResponseType") == type) return one;
  }
  return nullptr;
}

/// The member of a request that names a part of that kind.
const char* label_of(const Entity& entity) {
  if (entity.type == kModelType) return "ModelName";
  return entity.type == kAuthorizerType ? "AuthorizerId" : "RequestValidatorId";
}

ApiResult<const Document*> part(const Call& call, const Entity& entity, const Json& in) {
  const std::string_view key = entity.type == kModelType ? "Name" : "";
  return find_of_api(call, entity, in, key, in[label_of(entity)]);
}

/// Of an authorizer, what its type needs.
Refusal check_authorizer(const Json& authorizer) {
  const std::string type = text_of(authorizer, "Type");
  if (type == "COGNITO_USER_POOLS") {
    if (!texts_of(authorizer, "ProviderARNs").empty()) return std::nullopt;
    return bad_request("Invalid ProviderARNs: a COGNITO_USER_POOLS authorizer has at least one");
  }
  if (text_of(authorizer, "AuthorizerUri").empty()) {
    return bad_request("Invalid Authorizer URI: a " + type + " authorizer has one");
  }
  return std::nullopt;
}

bool is_method_with(const Document& method, const char* member, const std::string& id) {
  return text_of(method.properties, member) == id;
}

}  // namespace

void show_model(Json& value) {
  show_as_text(value, kSchema);
}

Refusal keep_model(Json& value) {
  return keep_as_json(value, kSchema);
}

template <const Entity& entity>
ApiResult<Json> create_part(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const std::string name = text_of(in, "Name");
  if (entity.type == kModelType &&
      part(call, entity, {{"RestApiId", (*api)->id}, {"ModelName", name}})) {
    return conflict("Model name already exists for this REST API");
  }
  if (entity.type == kAuthorizerType) {
    if (auto refused = check_authorizer(in)) return *refused;
  }
  auto document = made(call, entity, new_id(call, (*api)->id + entity.noun + name, 6), in);
  if (!document) return document.error();
  document->properties["RestApiId"] = (*api)->id;
  return put_and_show(call, entity, std::move(*document));
}

template <const Entity& entity>
ApiResult<Json> get_part(const Call& call, const Json& in) {
  const auto found = part(call, entity, in);
  if (found) return shown(entity, **found);
  const std::string name = in[label_of(entity)];
  const bool built_in = entity.type == kModelType && (name == "Empty" || name == "Error");
  if (built_in && find(call, kRestApis, in["RestApiId"])) return built_in_model(name);
  return found.error();
}

template <const Entity& entity>
ApiResult<Json> get_parts(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  std::vector<Json> items;
  if (entity.type == kModelType) items = {built_in_model("Empty"), built_in_model("Error")};
  for (const Document* one : of_api(call, entity.type, (*api)->id)) {
    items.push_back(shown(entity, *one));
  }
  return paged_by_position(in, std::move(items));
}

template <const Entity& entity>
ApiResult<Json> update_part(const Call& call, const Json& in) {
  const auto found = part(call, entity, in);
  if (!found) return found.error();
  return patch_and_show(call, entity, **found, in);
}

template <const Entity& entity>
ApiResult<Json> delete_part(const Call& call, const Json& in) {
  const auto found = part(call, entity, in);
  if (!found) return found.error();
  for (const Document* one : of_api(call, kMethodType, in["RestApiId"])) {
    if (entity.type == kModelType) break;
    if (is_method_with(*one, label_of(entity), (*found)->id)) {
      return conflict("Cannot delete " + std::string(entity.noun) + " '" + (*found)->id +
                      "', is referenced in method " + text_of(one->properties, "HttpMethod"));
    }
  }
  return removed(call, (*found)->id);
}

template ApiResult<Json> create_part<kModels>(const Call& call, const Json& in);
template ApiResult<Json> get_part<kModels>(const Call& call, const Json& in);
template ApiResult<Json> get_parts<kModels>(const Call& call, const Json& in);
template ApiResult<Json> update_part<kModels>(const Call& call, const Json& in);
template ApiResult<Json> delete_part<kModels>(const Call& call, const Json& in);
template ApiResult<Json> create_part<kRequestValidators>(const Call& call, const Json& in);
template ApiResult<Json> get_part<kRequestValidators>(const Call& call, const Json& in);
template ApiResult<Json> get_parts<kRequestValidators>(const Call& call, const Json& in);
template ApiResult<Json> update_part<kRequestValidators>(const Call& call, const Json& in);
template ApiResult<Json> delete_part<kRequestValidators>(const Call& call, const Json& in);
template ApiResult<Json> create_part<kAuthorizers>(const Call& call, const Json& in);
template ApiResult<Json> get_part<kAuthorizers>(const Call& call, const Json& in);
template ApiResult<Json> get_parts<kAuthorizers>(const Call& call, const Json& in);
template ApiResult<Json> update_part<kAuthorizers>(const Call& call, const Json& in);
template ApiResult<Json> delete_part<kAuthorizers>(const Call& call, const Json& in);

// ---- Gateway responses
// ---------------------------------------------------------------------------

ApiResult<Json> put_gateway_response(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const ResponseType* const type = response_type(in);
  if (!type) return bad_request("Invalid gateway response type");
  auto document = made(call, kGatewayResponses,
                       "restapis/" + (*api)->id + "/gatewayresponses/" + type->name, in);
  if (!document) return document.error();
  document->properties["RestApiId"] = (*api)->id;
  document->attributes.erase("DefaultResponse");
  const Json answer = gateway_response(*type, &*document);
  Change one;
  one.put.push_back(std::move(*document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> get_gateway_response(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const ResponseType* const type = response_type(in);
  if (!type) return not_found(kGatewayResponses.noun);
  return gateway_response(*type, set_response(call, (*api)->id, type->name));
}

ApiResult<Json> get_gateway_responses(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  std::vector<Json> items;
  for (const ResponseType& type : kResponseTypes) {
    items.push_back(gateway_response(type, set_response(call, (*api)->id, type.name)));
  }
  return paged_by_position(in, std::move(items));
}

ApiResult<Json> update_gateway_response(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const ResponseType* const type = response_type(in);
  const Document* const set = type ? set_response(call, (*api)->id, type->name) : nullptr;
  if (!set) return not_found(kGatewayResponses.noun);
  return patch_and_show(call, kGatewayResponses, *set, in);
}

ApiResult<Json> delete_gateway_response(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const Document* const set = set_response(call, (*api)->id, in["ResponseType"]);
  if (!set) return not_found(kGatewayResponses.noun);
  return removed(call, set->id);
}

}  // namespace hoplab::awsapi::apigateway
