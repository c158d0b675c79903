// REST APIs, and what an account has of API Gateway.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr const char* kPolicy = "Policy";

std::string kind_of(const Json& api) {
  const auto types = texts_of(api.value("EndpointConfiguration", Json::object()), "Types");
  return types.empty() ? "EDGE" : types.front();
}

Refusal check_endpoints(const Call& call, const Json& api) {
  const std::string kind = kind_of(api);
  if (kind != "EDGE" && kind != "REGIONAL" && kind != "PRIVATE") {
    return bad_request("Invalid endpoint type '" + kind + "'");
  }
  const auto ids = texts_of(api.value("EndpointConfiguration", Json::object()), "VpcEndpointIds");
  if (!ids.empty() && kind != "PRIVATE") {
    return bad_request("VPCEndpoints can only be specified with PRIVATE apis.");
  }
  for (const std::string& id : ids) {
    const Document* const endpoint = call.plane.find(id, "AWS::EC2::VPCEndpoint");
    if (!endpoint) return bad_request("Invalid Vpc endpoint ID: " + id);
  }
  return std::nullopt;
}

/// Mappings of domain names, public and private ones, that lead to the API.
bool is_mapped(const Call& call, const std::string& id) {
  return !of_api(call, kBasePathMappingType, id).empty() ||
         !of_api(call, kBasePathMappingV2Type, id).empty();
}

const Document* account_document(const Call& call) {
  const auto all = call.plane.all(kAccountType, call.caller);
  return all.empty() ? nullptr : all.front();
}

/// The account's quotas (apigateway.md 11).
Json with_quotas(Json account) {
  account["ThrottleSettings"] = {{"BurstLimit", 5000}, {"RateLimit", 10000.0}};
  account["Features"] = {"UsagePlans"};
  account["ApiKeyVersion"] = "4";
  return account;
}

}  // namespace

/// In answers the policy's quotes are escaped once more (aws-api.md 4).
void show_rest_api(Json& value) {
  const auto policy = value.find(kPolicy);
  if (policy == value.end()) return;
  const std::string text = policy->is_string() ? policy->get<std::string>() : policy->dump();
  const std::string quoted = Json(text).dump();
  *policy = quoted.substr(1, quoted.size() - 2);
}

Refusal keep_rest_api(Json& value) {
  if (text_of(value, kPolicy).empty()) return value.erase(kPolicy), std::nullopt;
  const Json unquoted = Json::parse("\"" + text_of(value, kPolicy) + "\"", nullptr, false);
  if (unquoted.is_string()) value[kPolicy] = unquoted;
  if (keep_as_json(value, kPolicy)) {
    return bad_request(
        "Invalid policy document. Please check the policy syntax and ensure that Principals are "
        "valid.");
  }
  return std::nullopt;
}

ApiResult<Json> create_rest_api(const Call& call, const Json& in) {
  Json given = in;
  if (texts_of(in.value("EndpointConfiguration", Json::object()), "Types").empty()) {
    given["EndpointConfiguration"]["Types"] = Json::array({"EDGE"});
  }
  if (auto refused = check_endpoints(call, given)) return *refused;
  given["ApiKeySourceType"] = given.value("ApiKeySourceType", "HEADER");
  given["DisableExecuteApiEndpoint"] = given.value("DisableExecuteApiEndpoint", false);
  given["CreatedDate"] = call.now;
  given["ApiStatus"] = "AVAILABLE";
  const std::string name = text_of(in, "Name");
  given["RootResourceId"] = new_id(call, "root of " + name, 10);
  auto document = made(call, kRestApis, new_id(call, "api " + name, 10), given);
  if (!document) return document.error();
  return put_and_show(call, kRestApis, std::move(*document));
}

ApiResult<Json> get_rest_api(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  return shown(kRestApis, **api);
}

ApiResult<Json> get_rest_apis(const Call& call, const Json& in) {
  return listed(kRestApis, in, call.plane.all(kRestApiType, call.caller));
}

ApiResult<Json> update_rest_api(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  Json value = shown(kRestApis, **api);
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(value, kRestApi, std::string(kRestApis.own) + "|Id|Tags", operations)) {
    return *refused;
  }
  const bool was_private = kind_of((*api)->properties) == "PRIVATE";
  if (was_private && kind_of(value) != "PRIVATE" && value.contains("EndpointConfiguration")) {
    value["EndpointConfiguration"].erase("VpcEndpointIds");  // a private API's alone
  }
  if (auto refused = check_endpoints(call, value)) return *refused;
  Document document = **api;
  if (auto refused = take(kRestApis, std::move(value), document)) return *refused;
  return put_and_show(call, kRestApis, std::move(document));
}

std::vector<std::string> definition_ids(const Call& call, const std::string& rest_api) {
  std::vector<std::string> ids;
  for (const std::string_view type : {kResourceType, kMethodType, kModelType, kRequestValidatorType,
                                      kAuthorizerType, kGatewayResponseType}) {
    for (const Document* part : of_api(call, type, rest_api)) ids.push_back(part->id);
  }
  return ids;
}

ApiResult<Json> delete_rest_api(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  if (is_mapped(call, (*api)->id)) {
    return bad_request(
        "Please remove all base path mappings related to the API in your account before deleting "
        "it.");
  }
  Change one;
  one.remove = definition_ids(call, (*api)->id);
  for (const std::string_view type : {kDeploymentType, kStageType}) {
    for (const Document* part : of_api(call, type, (*api)->id)) one.remove.push_back(part->id);
  }
  one.remove.push_back((*api)->id);
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

ApiResult<Json> get_account(const Call& call, const Json&) {
  const Document* const document = account_document(call);
  return with_quotas(document ? shown(kAccounts, *document) : Json::object());
}

ApiResult<Json> update_account(const Call& call, const Json& in) {
  const Document* const present = account_document(call);
  Document document =
      present ? *present : call.plane.made(new_id(call, "account", 10), kAccountType, call.caller);
  auto answer = patch_and_show(call, kAccounts, std::move(document), in);
  if (!answer) return answer;
  return with_quotas(std::move(*answer));
}

}  // namespace hoplab::awsapi::apigateway
