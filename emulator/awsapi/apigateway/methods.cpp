// Methods with their responses, integrations and their responses: one document, as in a template.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr std::string_view kHttpMethods[] = {"GET",   "PUT",     "POST", "DELETE",
                                             "PATCH", "OPTIONS", "HEAD", "ANY"};

constexpr Entity kIntegrations{kMethodType, kIntegration, "Integration", ""};

/// A list of things with a StatusCode, by it; and back.
void by_status_code(Json& value, const char* member) {
  const auto list = value.find(member);
  if (list == value.end() || !list->is_array()) return;
  Json all = Json::object();
  for (Json& one : *list) {
    const Json code = one.value("StatusCode", Json(""));
    const std::string key = code.is_string() ? code.get<std::string>() : code.dump();
    all[key] = std::move(one);
  }
  *list = std::move(all);
}

void as_list(Json& value, const char* member) {
  const auto all = value.find(member);
  if (all == value.end() || !all->is_object()) return;
  Json list = Json::array();
  for (auto& [code, one] : all->items()) list.push_back(std::move(one));
  *all = std::move(list);
  if (all->empty()) value.erase(member);
}

/// What `in` has of the shape, without what is empty.
Json chosen(const Json& in, Members shape) {
  Json made = Json::object();
  for (const Member& member : shape) {
    const auto found = in.find(member.name);
    if (found == in.end() || found->is_null()) continue;
    const bool empty = found->is_string() && found->get_ref<const std::string&>().empty();
    if (!empty) made[std::string(member.name)] = *found;
  }
  return made;
}

/// A method that is being worked on: `value` is as answers show it.
struct Method {
  Document document;
  Json value;
};

ApiResult<Method> method_of(const Call& call, const Json& in) {
  const auto resource = resource_id(call, in);
  if (!resource) return resource.error();
  for (const Document* one : of_api(call, kMethodType, in["RestApiId"])) {
    if (text_of(one->properties, "ResourceId") == *resource &&
        text_of(one->properties, "HttpMethod") == text_of(in, "HttpMethod")) {
      return Method{*one, shown(kMethods, *one)};
    }
  }
  return not_found(kMethods.noun);
}

/// Its integration, or NotFound.
ApiResult<Json> integration_of(const Json& method) {
  const auto found = method.find("Integration");
  if (found == method.end()) return not_found(kIntegrations.noun);
  return Json(*found);
}

ApiError no_such_response() {
  return {"NotFoundException", "Invalid Response status code specified", 404};
}

/// The response of a status code among `member` of a method or an integration.
ApiResult<Json> response_of(const Json& of, const char* member, const Json& in) {
  const Json all = of.value(member, Json::object());
  const auto found = all.find(text_of(in, "StatusCode"));
  if (found == all.end()) return no_such_response();
  return Json(*found);
}

Refusal put(const Call& call, Method method) {
  if (auto refused = take(kMethods, std::move(method.value), method.document)) return refused;
  Change one;
  one.put.push_back(std::move(method.document));
  return change(call, std::move(one));
}

bool is_of_api(const Call& call, std::string_view type, const Json& in, const std::string& id) {
  const auto all = of_api(call, type, in["RestApiId"]);
  return std::ranges::any_of(all, [&](const Document* one) {
    return one->id == id || text_of(one->properties, "Name") == id;
  });
}

Refusal check_method(const Call& call, const Json& in, const Json& method) {
  const std::string type = text_of(method, "AuthorizationType");
  const std::string authorizer = text_of(method, "AuthorizerId");
  if ((type == "CUSTOM" || type == "COGNITO_USER_POOLS") &&
      !is_of_api(call, kAuthorizerType, in, authorizer)) {
    return bad_request(
        "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or "
        "COGNITO_USER_POOLS requires a valid authorizer.");
  }
  const std::string validator = text_of(method, "RequestValidatorId");
  if (!validator.empty() && !is_of_api(call, kRequestValidatorType, in, validator)) {
    return bad_request("Invalid Request Validator identifier specified");
  }
  const Json models = method.value("RequestModels", Json::object());
  for (const auto& [media_type, model] : models.items()) {
    const std::string name = model.get<std::string>();
    if (name != "Empty" && name != "Error" && !is_of_api(call, kModelType, in, name)) {
      return bad_request("Invalid model identifier specified: " + name);
    }
  }
  return std::nullopt;
}

Refusal check_integration(const Json& integration) {
  const std::string type = text_of(integration, "Type");
  if (type == "MOCK") return std::nullopt;
  if (text_of(integration, "IntegrationHttpMethod").empty()) {
    return bad_request("Enumeration value for HttpMethod must be non-empty");
  }
  if (text_of(integration, "Uri").empty()) {
    return bad_request(type.starts_with("HTTP") ? "Invalid HTTP endpoint specified for URI"
                                                : "Invalid ARN specified in the request");
  }
  return std::nullopt;
}

}  // namespace

void show_method(Json& value) {
  by_status_code(value, "MethodResponses");
  if (value.contains("Integration")) by_status_code(value["Integration"], "IntegrationResponses");
}

Refusal keep_method(Json& value) {
  as_list(value, "MethodResponses");
  if (value.contains("Integration")) as_list(value["Integration"], "IntegrationResponses");
  return std::nullopt;
}

// ---- Methods
// -------------------------------------------------------------------------------------

ApiResult<Json> put_method(const Call& call, const Json& in) {
  const auto resource = resource_id(call, in);
  if (!resource) return resource.error();
  const std::string verb = in["HttpMethod"];
  if (std::ranges::find(kHttpMethods, verb) == std::end(kHttpMethods)) {
    return bad_request(
        "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,"
        "ANY");
  }
  if (method_of(call, in)) return conflict("Method already exists for this resource");
  Json given = chosen(in, kMethod);
  given["ApiKeyRequired"] = given.value("ApiKeyRequired", false);
  if (auto refused = check_method(call, in, given)) return *refused;
  const std::string api = in["RestApiId"];
  auto document = made(call, kMethods,
                       "restapis/" + api + "/resources/" + *resource + "/methods/" + verb, given);
  if (!document) return document.error();
  document->properties["RestApiId"] = api;
  document->properties["ResourceId"] = *resource;
  return put_and_show(call, kMethods, std::move(*document));
}

ApiResult<Json> get_method(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  return std::move(method->value);
}

ApiResult<Json> update_method(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused =
          patch(method->value, kMethod, "HttpMethod|MethodResponses|Integration", operations)) {
    return *refused;
  }
  if (auto refused = check_method(call, in, method->value)) return *refused;
  Json answer = method->value;
  if (auto refused = put(call, std::move(*method))) return *refused;
  return answer;
}

ApiResult<Json> delete_method(const Call& call, const Json& in) {
  const auto method = method_of(call, in);
  if (!method) return method.error();
  return removed(call, method->document.id);
}

// ---- Method responses
// ----------------------------------------------------------------------------

ApiResult<Json> put_method_response(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  if (response_of(method->value, "MethodResponses", in)) {
    return conflict("Response already exists for this resource");
  }
  Json response = chosen(in, kMethodResponse);
  method->value["MethodResponses"][text_of(in, "StatusCode")] = response;
  if (auto refused = put(call, std::move(*method))) return *refused;
  return response;
}

ApiResult<Json> get_method_response(const Call& call, const Json& in) {
  const auto method = method_of(call, in);
  if (!method) return method.error();
  return response_of(method->value, "MethodResponses", in);
}

ApiResult<Json> update_method_response(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  auto response = response_of(method->value, "MethodResponses", in);
  if (!response) return response.error();
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(*response, kMethodResponse, "StatusCode", operations)) return *refused;
  method->value["MethodResponses"][text_of(in, "StatusCode")] = *response;
  if (auto refused = put(call, std::move(*method))) return *refused;
  return response;
}

ApiResult<Json> delete_method_response(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  if (!response_of(method->value, "MethodResponses", in)) return no_such_response();
  method->value["MethodResponses"].erase(text_of(in, "StatusCode"));
  if (auto refused = put(call, std::move(*method))) return *refused;
  return Json::object();
}

// ---- Integrations
// --------------------------------------------------------------------------------

ApiResult<Json> put_integration(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  Json integration = chosen(in, kIntegration);
  if (auto refused = check_integration(integration)) return *refused;
  integration["PassthroughBehavior"] = integration.value("PassthroughBehavior", "WHEN_NO_MATCH");
  integration["TimeoutInMillis"] = integration.value("TimeoutInMillis", 29'000);
  integration["CacheNamespace"] = integration.value("CacheNamespace", in["ResourceId"]);
  integration["CacheKeyParameters"] = integration.value("CacheKeyParameters", Json::array());
  method->value["Integration"] = integration;
  if (auto refused = put(call, std::move(*method))) return *refused;
  return integration;
}

ApiResult<Json> get_integration(const Call& call, const Json& in) {
  const auto method = method_of(call, in);
  if (!method) return method.error();
  return integration_of(method->value);
}

ApiResult<Json> update_integration(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  auto integration = integration_of(method->value);
  if (!integration) return integration.error();
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(*integration, kIntegration, "IntegrationResponses", operations)) {
    return *refused;
  }
  if (auto refused = check_integration(*integration)) return *refused;
  method->value["Integration"] = *integration;
  if (auto refused = put(call, std::move(*method))) return *refused;
  return integration;
}

ApiResult<Json> delete_integration(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  if (method->value.erase("Integration") == 0) return not_found(kIntegrations.noun);
  if (auto refused = put(call, std::move(*method))) return *refused;
  return Json::object();
}

// ---- Integration responses
// -----------------------------------------------------------------------

namespace {

struct ResponsePlace {
  Method method;
  Json integration;
};

ApiResult<ResponsePlace> response_place(const Call& call, const Json& in) {
  auto method = method_of(call, in);
  if (!method) return method.error();
  auto integration = integration_of(method->value);
  if (!integration) return integration.error();
  return ResponsePlace{std::move(*method), std::move(*integration)};
}

Refusal put_back(const Call& call, ResponsePlace place) {
  place.method.value["Integration"] = std::move(place.integration);
  return put(call, std::move(place.method));
}

}  // namespace

ApiResult<Json> put_integration_response(const Call& call, const Json& in) {
  auto place = response_place(call, in);
  if (!place) return place.error();
  if (!response_of(place->method.value, "MethodResponses", in)) return no_such_response();
  Json response = chosen(in, kIntegrationResponse);
  place->integration["IntegrationResponses"][text_of(in, "StatusCode")] = response;
  if (auto refused = put_back(call, std::move(*place))) return *refused;
  return response;
}

ApiResult<Json> get_integration_response(const Call& call, const Json& in) {
  const auto place = response_place(call, in);
  if (!place) return place.error();
  return response_of(place->integration, "IntegrationResponses", in);
}

ApiResult<Json> update_integration_response(const Call& call, const Json& in) {
  auto place = response_place(call, in);
  if (!place) return place.error();
  auto response = response_of(place->integration, "IntegrationResponses", in);
  if (!response) return response.error();
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(*response, kIntegrationResponse, "StatusCode", operations)) {
    return *refused;
  }
  place->integration["IntegrationResponses"][text_of(in, "StatusCode")] = *response;
  if (auto refused = put_back(call, std::move(*place))) return *refused;
  return response;
}

ApiResult<Json> delete_integration_response(const Call& call, const Json& in) {
  auto place = response_place(call, in);
  if (!place) return place.error();
  if (!response_of(place->integration, "IntegrationResponses", in)) return no_such_response();
  place->integration["IntegrationResponses"].erase(text_of(in, "StatusCode"));
  if (auto refused = put_back(call, std::move(*place))) return *refused;
  return Json::object();
}

}  // namespace hoplab::awsapi::apigateway
