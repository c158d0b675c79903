// API keys, usage plans with their keys, and VPC links.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"
#include "awsapi/scalar.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr std::size_t kShortestValue = 20, kLongestValue = 128;

Json shown_key(const Document& key, bool with_value) {
  Json value = shown(kApiKeys, key);
  if (!with_value) value.erase("Value");
  Json stages = Json::array();
  for (const Json& one : value.value("StageKeys", Json::array())) {
    stages.push_back(text_of(one, "RestApiId") + "/" + text_of(one, "StageName"));
  }
  value["StageKeys"] = std::move(stages);
  return value;
}

/// Those whose names begin with in["NameQuery"].
bool is_asked_for(const Json& in, const Json& item) {
  return text_of(item, "Name").starts_with(text_of(in, "NameQuery"));
}

/// The API's stage that a plan names as "api:stage".
Refusal check_stage(const Call& call, const Json& stage) {
  const std::string api = text_of(stage, "ApiId"), name = text_of(stage, "Stage");
  for (const Document* one : of_api(call, kStageType, api)) {
    if (text_of(one->properties, "StageName") == name) return std::nullopt;
  }
  return ApiError{"NotFoundException", "API Stage not found: " + api + ":" + name, 404};
}

/// A plan's stages by "/apiStages": the one that the value names comes or goes; behind it,
/// "/{api:stage}/throttle/{path and method}/rateLimit", its limits.
ApiResult<bool> patch_api_stages(const Call& call, Json& plan, const Json& operation) {
  const auto segments = path_segments(text_of(operation, "Path"));
  if (segments.empty() || segments.front() != "apiStages") return false;
  const bool removes = text_of(operation, "Op") == "remove";
  const std::string of = segments.size() > 1 ? segments[1] : text_of(operation, "Value");
  const std::size_t colon = of.find(':');
  if (colon == std::string::npos) return invalid_path(operation);
  Json stage{{"ApiId", of.substr(0, colon)}, {"Stage", of.substr(colon + 1)}};
  Json all = plan.value("ApiStages", Json::array());
  const auto at = std::ranges::find_if(all, [&](const Json& one) {
    return one["ApiId"] == stage["ApiId"] && one["Stage"] == stage["Stage"];
  });
  if (segments.size() <= 2) {
    if (at != all.end()) all.erase(at);
    if (!removes) {
      if (auto refused = check_stage(call, stage)) return *refused;
      all.push_back(std::move(stage));
    }
  } else if (at == all.end()) {
    return invalid_path(operation);
  } else {
    Json rest = operation;
    std::string path;
    for (std::size_t i = 2; i < segments.size(); ++i) path += "/" + segments[i];
    rest["Path"] = path;
    if (auto refused = patch(*at, kApiStage, "ApiId|Stage", Json::array({rest}))) return *refused;
  }
  plan["ApiStages"] = std::move(all);
  return true;
}

std::vector<const Document*> keys_of(const Call& call, const std::string& plan) {
  auto all = call.plane.all(kUsagePlanKeyType, call.caller);
  std::erase_if(
      all, [&](const Document* one) { return text_of(one->properties, "UsagePlanId") != plan; });
  return all;
}

Json shown_plan_key(const Call& call, const Document& document) {
  const std::string id = text_of(document.properties, "KeyId");
  Json value{{"Id", id}, {"Type", text_of(document.properties, "KeyType")}};
  if (const Document* const key = call.plane.find(id, kApiKeyType)) {
    value["Name"] = text_of(key->properties, "Name");
    value["Value"] = text_of(key->properties, "Value");
  }
  return value;
}

ApiResult<const Document*> plan_key(const Call& call, const Json& in) {
  const auto plan = find(call, kUsagePlans, in["UsagePlanId"]);
  if (!plan) return plan.error();
  for (const Document* one : keys_of(call, (*plan)->id)) {
    if (text_of(one->properties, "KeyId") == text_of(in, "KeyId")) return one;
  }
  return not_found(kApiKeys.noun);
}

}  // namespace

// ---- API keys
// ------------------------------------------------------------------------------------

ApiResult<Json> create_api_key(const Call& call, const Json& in) {
  Json given = in;
  const std::string name = text_of(in, "Name");
  std::string value = text_of(in, "Value");
  if (value.empty()) value = call.plane.new_id("value of the key " + name, 40);
  if (value.size() < kShortestValue || value.size() > kLongestValue) {
    return bad_request("API Key value should be at least 20 characters, and at most 128");
  }
  for (const Document* one : call.plane.all(kApiKeyType, call.caller)) {
    if (text_of(one->properties, "Value") == value) return conflict("API Key already exists");
  }
  given["Value"] = value;
  given["Enabled"] = given.value("Enabled", false);
  given["CreatedDate"] = given["LastUpdatedDate"] = call.now;
  auto document = made(call, kApiKeys, new_id(call, "key " + name, 10), given);
  if (!document) return document.error();
  const Json answer = shown_key(*document, true);
  Change one;
  one.put.push_back(std::move(*document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> get_api_key(const Call& call, const Json& in) {
  const auto key = find(call, kApiKeys, in["ApiKey"]);
  if (!key) return key.error();
  return shown_key(**key, in.value("IncludeValue", false));
}

ApiResult<Json> get_api_keys(const Call& call, const Json& in) {
  std::vector<Json> items;
  for (const Document* one : call.plane.all(kApiKeyType, call.caller)) {
    Json value = shown_key(*one, in.value("IncludeValues", false));
    const std::string customer = text_of(in, "CustomerId");
    const bool customers = customer.empty() || text_of(value, "CustomerId") == customer;
    if (customers && is_asked_for(in, value)) items.push_back(std::move(value));
  }
  return paged_by_position(in, std::move(items));
}

ApiResult<Json> update_api_key(const Call& call, const Json& in) {
  const auto key = find(call, kApiKeys, in["ApiKey"]);
  if (!key) return key.error();
  Document document = **key;
  document.attributes["LastUpdatedDate"] = call.now;
  auto answer = patch_and_show(call, kApiKeys, std::move(document), in);
  if (!answer) return answer;
  return shown_key(*call.plane.find(in["ApiKey"].get<std::string>(), kApiKeyType), false);
}

ApiResult<Json> delete_api_key(const Call& call, const Json& in) {
  const auto key = find(call, kApiKeys, in["ApiKey"]);
  if (!key) return key.error();
  Change one;
  for (const Document* of : call.plane.all(kUsagePlanKeyType, call.caller)) {
    if (text_of(of->properties, "KeyId") == (*key)->id) one.remove.push_back(of->id);
  }
  one.remove.push_back((*key)->id);
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

// ---- Usage plans
// ---------------------------------------------------------------------------------

ApiResult<Json> create_usage_plan(const Call& call, const Json& in) {
  for (const Json& stage : in.value("ApiStages", Json::array())) {
    if (auto refused = check_stage(call, stage)) return *refused;
  }
  auto document =
      made(call, kUsagePlans, new_id(call, "plan " + text_of(in, "UsagePlanName"), 6), in);
  if (!document) return document.error();
  return put_and_show(call, kUsagePlans, std::move(*document));
}

ApiResult<Json> get_usage_plan(const Call& call, const Json& in) {
  const auto plan = find(call, kUsagePlans, in["UsagePlanId"]);
  if (!plan) return plan.error();
  return shown(kUsagePlans, **plan);
}

ApiResult<Json> get_usage_plans(const Call& call, const Json& in) {
  const std::string key = text_of(in, "KeyId");
  std::vector<const Document*> plans = call.plane.all(kUsagePlanType, call.caller);
  std::erase_if(plans, [&](const Document* plan) {
    const auto keys = keys_of(call, plan->id);
    return !key.empty() && std::ranges::none_of(keys, [&](const Document* one) {
      return text_of(one->properties, "KeyId") == key;
    });
  });
  return listed(kUsagePlans, in, plans);
}

ApiResult<Json> update_usage_plan(const Call& call, const Json& in) {
  const auto plan = find(call, kUsagePlans, in["UsagePlanId"]);
  if (!plan) return plan.error();
  Json value = shown(kUsagePlans, **plan);
  for (const Json& operation : in.value("PatchOperations", Json::array())) {
    const auto done = patch_api_stages(call, value, operation);
    if (!done) return done.error();
    if (*done) continue;
    auto refused = patch(value, kUsagePlan, "Id|ApiStages|Tags", Json::array({operation}));
    if (refused) return *refused;
  }
  for (const char* const limit : {"Throttle", "Quota"}) {
    if (value.contains(limit) && value[limit].empty()) value.erase(limit);
  }
  Document document = **plan;
  if (auto refused = take(kUsagePlans, std::move(value), document)) return *refused;
  return put_and_show(call, kUsagePlans, std::move(document));
}

ApiResult<Json> delete_usage_plan(const Call& call, const Json& in) {
  const auto plan = find(call, kUsagePlans, in["UsagePlanId"]);
  if (!plan) return plan.error();
  if (!(*plan)->properties.value("ApiStages", Json::array()).empty()) {
    return bad_request(
        "Cannot delete Usage Plan '" + (*plan)->id +
        "' because API Stages are associated with it. Please remove all associated API stages and "
        "try again.");
  }
  Change one;
  for (const Document* key : keys_of(call, (*plan)->id)) one.remove.push_back(key->id);
  one.remove.push_back((*plan)->id);
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

ApiResult<Json> create_usage_plan_key(const Call& call, const Json& in) {
  const auto plan = find(call, kUsagePlans, in["UsagePlanId"]);
  if (!plan) return plan.error();
  const auto key = find(call, kApiKeys, in["KeyId"]);
  if (!key) return key.error();
  if (in["KeyType"] != "API_KEY") return bad_request("Usage Plan Key Type is API_KEY");
  if (plan_key(call, in)) return conflict("Usage Plan already contains this API Key");
  Document document =
      call.plane.made((*key)->id + ":" + (*plan)->id, kUsagePlanKeyType, call.caller);
  document.properties = {
      {"KeyId", (*key)->id}, {"KeyType", in["KeyType"]}, {"UsagePlanId", (*plan)->id}};
  const Json answer = shown_plan_key(call, document);
  Change one;
  one.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> get_usage_plan_key(const Call& call, const Json& in) {
  const auto key = plan_key(call, in);
  if (!key) return key.error();
  return shown_plan_key(call, **key);
}

ApiResult<Json> get_usage_plan_keys(const Call& call, const Json& in) {
  const auto plan = find(call, kUsagePlans, in["UsagePlanId"]);
  if (!plan) return plan.error();
  std::vector<Json> items;
  for (const Document* one : keys_of(call, (*plan)->id)) {
    Json value = shown_plan_key(call, *one);
    if (is_asked_for(in, value)) items.push_back(std::move(value));
  }
  return paged_by_position(in, std::move(items));
}

ApiResult<Json> delete_usage_plan_key(const Call& call, const Json& in) {
  const auto key = plan_key(call, in);
  if (!key) return key.error();
  return removed(call, (*key)->id);
}

// ---- VPC links
// -----------------------------------------------------------------------------------

ApiResult<Json> create_vpc_link(const Call& call, const Json& in) {
  for (const std::string& arn : texts_of(in, "TargetArns")) {
    const Document* const balancer =
        call.plane.find(arn, "AWS::ElasticLoadBalancingV2::LoadBalancer");
    if (!balancer || text_of(balancer->properties, "Type") != "network") {
      return bad_request("Failed to stabilize Vpc Link: " + arn + " is no network load balancer");
    }
  }
  Json given = in;
  given["Status"] = "AVAILABLE";
  auto document = made(call, kVpcLinks, new_id(call, "link " + text_of(in, "Name"), 10), given);
  if (!document) return document.error();
  return put_and_show(call, kVpcLinks, std::move(*document));
}

ApiResult<Json> get_vpc_link(const Call& call, const Json& in) {
  const auto link = find(call, kVpcLinks, in["VpcLinkId"]);
  if (!link) return link.error();
  return shown(kVpcLinks, **link);
}

ApiResult<Json> get_vpc_links(const Call& call, const Json& in) {
  return listed(kVpcLinks, in, call.plane.all(kVpcLinkType, call.caller));
}

ApiResult<Json> update_vpc_link(const Call& call, const Json& in) {
  const auto link = find(call, kVpcLinks, in["VpcLinkId"]);
  if (!link) return link.error();
  return patch_and_show(call, kVpcLinks, **link, in);
}

ApiResult<Json> delete_vpc_link(const Call& call, const Json& in) {
  const auto link = find(call, kVpcLinks, in["VpcLinkId"]);
  if (!link) return link.error();
  for (const Document* method : call.plane.all(kMethodType, call.caller)) {
    const Json integration = method->properties.value("Integration", Json::object());
    if (text_of(integration, "ConnectionId") == (*link)->id) {
      return bad_request("Cannot delete vpc link. Vpc link '" + (*link)->id +
                         "', is referenced in [Method " + method->id + "]");
    }
  }
  return removed(call, (*link)->id);
}

}  // namespace hoplab::awsapi::apigateway
