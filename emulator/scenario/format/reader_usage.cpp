// API keys, usage plans, and the stages of a REST API.
#include "model/api_text_rules.h"
#include "scenario/format/reader_types.h"

namespace hoplab::scenario {
namespace {

using model::MethodSettings;
using model::RestApiStage;
using model::UsagePlan;
namespace rules = model::rules;

constexpr std::int64_t kMostRequests = INT32_MAX;
constexpr std::string_view kNoCache = "there is no cache";

Type texts_type() {
  return map_of(text(rules::kStageVariableValue), rules::kStageVariableName);
}

/// Names and values, put into a place of T.
template <class T, class Place>
Define<T>& add_texts(Define<T>& define, std::string_view name, Place place, std::string_view help) {
  return define
      .own(name, texts_type(), help,
           [place](T& into, const Node& node, ReadContext&) {
             for (const Node& item : node.items) (into.*place).emplace_back(item.key, item.text);
           })
      .written([place](const T& from, bool) -> std::optional<Node> {
        if ((from.*place).empty()) return std::nullopt;
        Node all = object_node();
        for (const auto& [key, value] : from.*place) add_member(all, key, node_of(value));
        return all;
      });
}

/// AWS's API has "/~1widgets~1{id}" for "/widgets/{id}".
void read_resource_path(MethodSettings& into, const Node& node, ReadContext&) {
  std::string path = node.text;
  const bool encoded = path.find("~1") != std::string::npos;
  for (auto at = path.find("~1"); at != std::string::npos; at = path.find("~1")) {
    path.replace(at, 2, "/");
  }
  into.resource_path = encoded && path.starts_with("//") ? path.substr(1) : path;
}

const ObjectType& method_settings_type() {
  static const ObjectType type =
      Define<MethodSettings>("MethodSettings",
                             "Settings of one method of a stage, or of all of them.")
          .own("ResourcePath", text(rules::kNotEmpty),
               "the method's path, such as /widgets/{id} or /~1widgets~1{id}; /* is every path; "
               "default /*",
               read_resource_path)
          .written([](const MethodSettings& from, bool) { return node_of(from.resource_path); })
          .value("HttpMethod", text(rules::kMethodOfSettings), &MethodSettings::http_method,
                 "the method's HTTP method; * is every method; default *")
          .value("ThrottlingRateLimit", number(-1, kMostRequests),
                 &MethodSettings::throttling_rate_limit,
                 "requests per second, of all clients; -1: no limit but the account's")
          .value("ThrottlingBurstLimit", number(-1, kMostRequests),
                 &MethodSettings::throttling_burst_limit,
                 "how many may come at once; -1: no limit but the account's")
          .own("LoggingLevel", choice({"OFF", "ERROR", "INFO"}),
               "what the execution log gets; default OFF",
               [](MethodSettings& into, const Node& node, ReadContext&) {
                 into.logging_level = node.text == "INFO"    ? model::LoggingLevel::info
                                      : node.text == "ERROR" ? model::LoggingLevel::error
                                                             : model::LoggingLevel::off;
               })
          .written([](const MethodSettings& from, bool) -> std::optional<Node> {
            if (!from.logging_level) return std::nullopt;
            const auto level = *from.logging_level;
            return node_of(std::string(level == model::LoggingLevel::info    ? "INFO"
                                       : level == model::LoggingLevel::error ? "ERROR"
                                                                             : "OFF"));
          })
          .value("DataTraceEnabled", boolean(), &MethodSettings::data_trace_enabled,
                 "whether the execution log gets fields and bodies, too; default false")
          .value("MetricsEnabled", boolean(), &MethodSettings::metrics_enabled,
                 "whether the method has metrics of its own; default false")
          .states("CachingEnabled", boolean(), "false", kNoCache)
          .refuse({"CacheTtlInSeconds", "CacheDataEncrypted"}, kNoCache)
          .after([](MethodSettings& into, const Node& node, ReadContext& context) {
            if (into.throttling_rate_limit.has_value() == into.throttling_burst_limit.has_value()) {
              return;
            }
            context.report(node, {}, "ThrottlingRateLimit and ThrottlingBurstLimit go together");
          })
          .type();
  return type;
}

const ObjectType& access_log_setting_type() {
  static const ObjectType type =
      Define<RestApiStage>("AccessLogSetting", "The access log of a stage.")
          .value("Format", text(rules::kNotEmpty), &RestApiStage::access_log_format,
                 "its line, with $context variables; one of them is $context.requestId or "
                 "$context.extendedRequestId")
          .required()
          .refuse("DestinationArn", "hoplab up --api-logs says where it is written")
          .type();
  return type;
}

template <class T>
ObjectType throttle_type(std::string_view name, std::string_view help) {
  return Define<T>(name, help)
      .value("RateLimit", number(0, kMostRequests), &T::rate_limit, "requests per second")
      .required()
      .value("BurstLimit", number(0, kMostRequests), &T::burst_limit, "how many may come at once")
      .required()
      .type();
}

const ObjectType& plan_throttle_type() {
  static const ObjectType type =
      throttle_type<UsagePlan::Throttle>("Throttle", "How fast one client may ask.");
  return type;
}

const ObjectType& quota_type() {
  using Quota = UsagePlan::Quota;
  static const ObjectType type =
      Define<Quota>("Quota", "How often one client may ask in a period of the calendar, in UTC.")
          .value("Limit", integer(1, kMostRequests), &Quota::limit, "requests in a period")
          .required()
          .value("Offset", integer(0, 27), &Quota::offset,
                 "the day on which a period begins: of a week 0 is Sunday, of a month 0 is the "
                 "first; default 0")
          .word<Quota::Period>("Period",
                               {{"DAY", Quota::Period::day},
                                {"WEEK", Quota::Period::week},
                                {"MONTH", Quota::Period::month}},
                               &Quota::period, "DAY, WEEK or MONTH")
          .required()
          .type();
  return type;
}

/// Throttles of methods by their names.
void read_plan_throttles(UsagePlan::ApiStage& into, const Node& node, ReadContext& context) {
  for (const Node& item : node.items) {
    UsagePlan::Throttle throttle;
    read_into(plan_throttle_type(), item, throttle, context);
    into.throttle.emplace_back(item.key, throttle);
  }
}

const ObjectType& api_stage_type() {
  using Stage = UsagePlan::ApiStage;
  static const ObjectType type =
      Define<Stage>("ApiStage", "A stage that the clients of a usage plan may ask.")
          .value("RestApi", text(rules::kNotEmpty), &Stage::rest_api, "the REST API, by name")
          .required()
          .value("Stage", text(rules::kStageName), &Stage::stage, "its stage")
          .required()
          .own("Throttle", map_of(object(plan_throttle_type), rules::kNotEmpty),
               "limits for single methods by \"/path/METHOD\", such as /widgets/{id}/GET",
               read_plan_throttles)
          .written([](const Stage& from, bool) -> std::optional<Node> {
            if (from.throttle.empty()) return std::nullopt;
            Node all = object_node();
            for (const auto& [name, throttle] : from.throttle) {
              add_member(all, name, write_object(plan_throttle_type(), &throttle));
            }
            return all;
          })
          .refuse("ApiId", "RestApi says the API, by name")
          .type();
  return type;
}

}  // namespace

const ObjectType& canary_type() {
  static const ObjectType type = [] {
    Define<model::CanarySetting> define("CanarySetting",
                                        "Part of a stage's requests, picked by chance, has other "
                                        "variables, or another deployment.");
    define
        .value("PercentTraffic", number(0, 100), &model::CanarySetting::percent_traffic,
               "how many of a hundred requests; default 0")
        .states("UseStageCache", boolean(), "false", kNoCache)
        .value("DeploymentId", text(rules::kNotEmpty), &model::CanarySetting::deployment,
               "one of the API's Deployments, which these requests get; default the stage's own");
    add_texts(define, "StageVariableOverrides", &model::CanarySetting::stage_variable_overrides,
              "stage variables by name, as these requests have them");
    return define.type();
  }();
  return type;
}

const ObjectType& stage_type() {
  static const ObjectType type = [] {
    Define<RestApiStage> define("Stage", "A stage of an API (AWS::ApiGateway::Stage).");
    define.value("DeploymentId", text(rules::kNotEmpty), &RestApiStage::deployment,
                 "one of the API's Deployments, which it serves; default the API as it is now");
    add_texts(define, "Variables", &RestApiStage::variables, "stage variables by name")
        .list("MethodSettings", method_settings_type, &RestApiStage::method_settings,
              "throttles and logs of methods; what is said of one goes before what is said of all")
        .nested(
            "AccessLogSetting", access_log_setting_type,
            [](RestApiStage& into) -> RestApiStage& { return into; },
            "a line for each request, in the file that hoplab up --api-logs makes")
        .when([](const RestApiStage& from) { return !from.access_log_format.empty(); })
        .nested("CanarySetting", canary_type, &RestApiStage::canary,
                "other stage variables, or another deployment, for part of the requests")
        .refuse("StageName", "it stands beside Stage, or is the name in Stages")
        .refuse({"CacheClusterEnabled", "CacheClusterSize"}, kNoCache)
        .refuse("TracingEnabled", "there is no X-Ray")
        .refuse("ClientCertificateId", "backends see no certificate of API Gateway's")
        .refuse({"Description", "DocumentationVersion"}, "it has no effect on traffic")
        .refuse("Tags", kNoTags);
    return define.type();
  }();
  return type;
}

const ObjectType& api_key_type() {
  using model::ApiKey;
  static const ObjectType type =
      Define<ApiKey>("ApiKey", "Tells a client apart (AWS::ApiGateway::ApiKey).")
          .value("Value", text(rules::kApiKeyValue), &ApiKey::value,
                 "what the client sends; default derived from the key's name")
          .value("Enabled", boolean(), &ApiKey::enabled, "whether it may be used; default true")
          .refuse("StageKeys", "a usage plan says the stages")
          .refuse({"CustomerId", "Description", "GenerateDistinctId"},
                  "it has no effect on traffic")
          .refuse("Name", "the key is the name")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

const ObjectType& usage_plan_type() {
  static const ObjectType type =
      Define<UsagePlan>("UsagePlan",
                        "Which clients may ask which stages, how fast and how often "
                        "(AWS::ApiGateway::UsagePlan).")
          .nested("Throttle", plan_throttle_type, &UsagePlan::throttle,
                  "how fast each client may ask, over all stages of the plan")
          .nested("Quota", quota_type, &UsagePlan::quota, "how often, likewise")
          .list("ApiStages", api_stage_type, &UsagePlan::api_stages, "the stages")
          .value("ApiKeys", list_of(text(rules::kNotEmpty)), &UsagePlan::api_keys,
                 "the clients: API keys by name, in the place of AWS::ApiGateway::UsagePlanKey")
          .refuse("UsagePlanName", "the key is the name")
          .refuse("Description", "it has no effect on traffic")
          .refuse("Tags", kNoTags)
          .type();
  return type;
}

}  // namespace hoplab::scenario
