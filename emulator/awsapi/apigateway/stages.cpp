// Stages, whose settings count at once (apigateway.md 7).
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"
#include "awsapi/apigateway/stage_parts.h"
#include "awsapi/scalar.h"
#include "model/text_rule.h"

namespace hoplab::awsapi::apigateway {

namespace {

constexpr const char* kSettings = "MethodSettings";

/// What "/{path}/{method}/logging/loglevel" of a patch changes.
struct SettingPath {
  std::string_view path;
  const char* member;
  Kind kind;
};
constexpr SettingPath kSettingPaths[] = {
    {"metrics/enabled", "MetricsEnabled", Kind::boolean},
    {"logging/loglevel", "LoggingLevel", Kind::text},
    {"logging/dataTrace", "DataTraceEnabled", Kind::boolean},
    {"throttling/burstLimit", "ThrottlingBurstLimit", Kind::integer},
    {"throttling/rateLimit", "ThrottlingRateLimit", Kind::number},
    {"caching/enabled", "CachingEnabled", Kind::boolean},
    {"caching/ttlInSeconds", "CacheTtlInSeconds", Kind::integer},
    {"caching/dataEncrypted", "CacheDataEncrypted", Kind::boolean},
};

/// "~1widgets~1{id}" of "/widgets/{id}", "*" of "/*": the first half of a setting's key.
std::string key_of_path(std::string path) {
  path.erase(0, path.starts_with('/') ? 1 : 0);
  for (auto at = path.find('/'); at != std::string::npos; at = path.find('/')) {
    path.replace(at, 1, "~1");
  }
  return path;
}

/// One operation on a method's settings: true where it is one.
ApiResult<bool> patch_settings(Json& stage, const Json& operation) {
  const auto segments = path_segments(text_of(operation, "Path"));
  const bool removes = text_of(operation, "Op") == "remove";
  if (segments.size() < 2 || segments.front() == "variables" ||
      segments.front() == "canarySettings" || segments.front() == "accessLogSettings") {
    return false;
  }
  const std::string key = segments[0] + "/" + segments[1];
  if (segments.size() == 2 && removes) {
    if (stage.contains(kSettings)) stage[kSettings].erase(key);
    return true;
  }
  if (segments.size() != 4) return invalid_path(operation);
  const std::string rest = segments[2] + "/" + segments[3];
  const auto* const found = std::ranges::find(kSettingPaths, rest, &SettingPath::path);
  if (found == std::end(kSettingPaths)) return invalid_path(operation);
  Json& settings = stage[kSettings][key];
  if (settings.is_null()) settings = Json::object();
  if (removes) return settings.erase(found->member), true;
  auto value = scalar_from_text(text_of(operation, "Value"), found->kind);
  if (!value) return bad_request("Invalid value for the path " + text_of(operation, "Path"));
  settings[found->member] = std::move(*value);
  // Limits go together; the other one is that of the account.
  if (rest.starts_with("throttling/")) {
    for (const char* const limit : {"ThrottlingBurstLimit", "ThrottlingRateLimit"}) {
      if (!settings.contains(limit)) settings[limit] = -1;
    }
  }
  return true;
}

Refusal check_deployment(const Call& call, const std::string& api, const Json& stage) {
  const auto all = of_api(call, kDeploymentType, api);
  const std::string canary = text_of(stage.value("CanarySetting", Json::object()), "DeploymentId");
  for (const std::string& id : {text_of(stage, "DeploymentId"), canary}) {
    const bool there = std::ranges::any_of(all, [&](const Document* one) { return one->id == id; });
    if (!id.empty() && !there) return bad_request("Invalid Deployment identifier specified");
  }
  return std::nullopt;
}

}  // namespace

/// A template has a list of settings, answers have them by path and method.
void show_stage(Json& value) {
  const Json list = value.value(kSettings, Json::array());
  Json all = Json::object();
  for (Json one : list) {
    const std::string key = key_of_path(text_of(one, "ResourcePath"));
    const std::string method = text_of(one, "HttpMethod");
    one.erase("ResourcePath");
    one.erase("HttpMethod");
    const std::string name = (key.empty() ? "*" : key) + "/" + (method.empty() ? "*" : method);
    all[name] = std::move(one);
  }
  value[kSettings] = std::move(all);
}

Refusal keep_stage(Json& value) {
  const Json all = value.value(kSettings, Json::object());
  Json list = Json::array();
  for (const auto& [key, settings] : all.items()) {
    Json one = settings;
    const std::size_t slash = key.rfind('/');
    one["ResourcePath"] = "/" + key.substr(0, slash);
    one["HttpMethod"] = key.substr(slash + 1);
    list.push_back(std::move(one));
  }
  value[kSettings] = std::move(list);
  if (value[kSettings].empty()) value.erase(kSettings);
  return std::nullopt;
}

const Document* stage_of(const Call& call, const std::string& rest_api, const std::string& name) {
  for (const Document* one : of_api(call, kStageType, rest_api)) {
    if (text_of(one->properties, "StageName") == name) return one;
  }
  return nullptr;
}

ApiResult<Document> stage_document(const Call& call, const Document& api, const Document* present,
                                   Json given) {
  const std::string name = text_of(given, "StageName");
  if (!model::rules::kStageName.matches(name)) {
    return bad_request("Stage name only allows a-zA-Z0-9_-");
  }
  Document document =
      present ? *present
              : call.plane.made("restapis/" + api.id + "/stages/" + name, kStageType, call.caller);
  given["CreatedDate"] = present ? document.attributes.value("CreatedDate", call.now) : call.now;
  given["LastUpdatedDate"] = call.now;
  given["CacheClusterEnabled"] = given.value("CacheClusterEnabled", false);
  given["CacheClusterStatus"] = "NOT_AVAILABLE";
  given["TracingEnabled"] = given.value("TracingEnabled", false);
  if (auto refused = take(kStages, std::move(given), document)) return *refused;
  document.properties["RestApiId"] = api.id;
  return document;
}

ApiResult<Json> create_stage(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  if (stage_of(call, (*api)->id, text_of(in, "StageName"))) return conflict("Stage already exists");
  if (auto refused = check_deployment(call, (*api)->id, in)) return *refused;
  auto stage = stage_document(call, **api, nullptr, in);
  if (!stage) return stage.error();
  return put_and_show(call, kStages, std::move(*stage));
}

ApiResult<Json> get_stage(const Call& call, const Json& in) {
  const auto found = find_of_api(call, kStages, in, "StageName", in["StageName"]);
  if (!found) return found.error();
  return shown(kStages, **found);
}

ApiResult<Json> get_stages(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const std::string deployment = text_of(in, "DeploymentId");
  Json items = Json::array();
  for (const Document* one : of_api(call, kStageType, (*api)->id)) {
    const bool wanted =
        deployment.empty() || text_of(one->properties, "DeploymentId") == deployment;
    if (wanted) items.push_back(shown(kStages, *one));
  }
  return Json{{"Items", std::move(items)}};
}

ApiResult<Json> update_stage(const Call& call, const Json& in) {
  const auto found = find_of_api(call, kStages, in, "StageName", in["StageName"]);
  if (!found) return found.error();
  Json value = shown(kStages, **found);
  for (const Json& operation : in.value("PatchOperations", Json::array())) {
    const auto done = patch_settings(value, operation);
    if (!done) return done.error();
    if (*done) continue;
    auto refused = patch(value, kStage, std::string(kStages.own) + "|StageName|MethodSettings|Tags",
                         Json::array({operation}));
    if (refused) return *refused;
  }
  if (auto refused = check_deployment(call, in["RestApiId"], value)) return *refused;
  const Document& api = **find(call, kRestApis, in["RestApiId"]);
  auto stage = stage_document(call, api, *found, std::move(value));
  if (!stage) return stage.error();
  return put_and_show(call, kStages, std::move(*stage));
}

ApiResult<Json> delete_stage(const Call& call, const Json& in) {
  const auto found = find_of_api(call, kStages, in, "StageName", in["StageName"]);
  if (!found) return found.error();
  for (const std::string_view type : {kBasePathMappingType, kBasePathMappingV2Type}) {
    for (const Document* one : of_api(call, type, in["RestApiId"])) {
      if (one->properties.value("Stage", "") == text_of(in, "StageName")) {
        return bad_request(
            "Please remove all base path mappings related to the stage before deleting it.");
      }
    }
  }
  return removed(call, (*found)->id);
}

}  // namespace hoplab::awsapi::apigateway
