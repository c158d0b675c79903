// CloudWatch: what hoplab counts, by the minute, in all three protocols that SDKs speak to it
// (aws-api.md 2).
#include <algorithm>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"
#include "awsapi/services.h"

namespace hoplab::awsapi::cloudwatch {

namespace {

constexpr std::size_t kMostPoints = 1'440;  // that GetMetricStatistics answers

constexpr Member kDimension[] = {text("Name").needed(), text("Value").needed()};
constexpr Member kDimensionFilter[] = {text("Name").needed(), text("Value")};
constexpr Member kMetric[] = {text("Namespace"), text("MetricName"),
                              list("Dimensions", kDimension)};
constexpr Member kMetricStat[] = {structure("Metric", kMetric).needed(),
                                  integer("Period").range(1, 86'400).needed(),
                                  text("Stat").needed(), text("Unit")};
constexpr Member kQuery[] = {text("Id").needed(),   structure("MetricStat", kMetricStat),
                             text("Expression"),    text("Label"),
                             boolean("ReturnData"), integer("Period"),
                             text("AccountId")};
constexpr Member kLabelOptions[] = {text("Timezone")};
constexpr Member kDataIn[] = {list("MetricDataQueries", kQuery).needed(),
                              timestamp("StartTime").needed(),
                              timestamp("EndTime").needed(),
                              text("NextToken"),
                              choice("ScanBy", "TimestampDescending|TimestampAscending"),
                              integer("MaxDatapoints"),
                              structure("LabelOptions", kLabelOptions)};
constexpr Member kMessage[] = {text("Code"), text("Value")};
constexpr Member kResult[] = {text("Id"),
                              text("Label"),
                              several("Timestamps", Kind::list, Kind::timestamp),
                              several("Values", Kind::list, Kind::number),
                              text("StatusCode"),
                              list("Messages", kMessage)};
constexpr Member kDataOut[] = {list("MetricDataResults", kResult), text("NextToken"),
                               list("Messages", kMessage)};
constexpr Member kStatisticsIn[] = {text("Namespace").needed(),
                                    text("MetricName").needed(),
                                    list("Dimensions", kDimension),
                                    timestamp("StartTime").needed(),
                                    timestamp("EndTime").needed(),
                                    integer("Period").range(1, 86'400).needed(),
                                    texts("Statistics"),
                                    texts("ExtendedStatistics"),
                                    text("Unit")};
constexpr Member kDatapoint[] = {
    timestamp("Timestamp"), number("SampleCount"), number("Average"), number("Sum"),
    number("Minimum"),      number("Maximum"),     text("Unit")};
constexpr Member kStatisticsOut[] = {text("Label"), list("Datapoints", kDatapoint)};
constexpr Member kListIn[] = {text("Namespace"),
                              text("MetricName"),
                              list("Dimensions", kDimensionFilter),
                              text("NextToken"),
                              choice("RecentlyActive", "PT3H"),
                              boolean("IncludeLinkedAccounts"),
                              text("OwningAccount")};
constexpr Member kListOut[] = {list("Metrics", kMetric), text("NextToken"),
                               texts("OwningAccounts")};

struct Statistic {
  const char* name;
  double (*of)(const MetricPoint& point);
};

constexpr Statistic kStatistics[] = {
    {"SampleCount", [](const MetricPoint& point) { return point.samples; }},
    {"Average", [](const MetricPoint& point) { return point.average(); }},
    {"Sum", [](const MetricPoint& point) { return point.sum; }},
    {"Minimum", [](const MetricPoint& point) { return point.least; }},
    {"Maximum", [](const MetricPoint& point) { return point.most; }},
};

ApiError unfit(const std::string& message) {
  return {"InvalidParameterValue", message};
}

ApiResult<const Statistic*> statistic(const std::string& name) {
  for (const Statistic& one : kStatistics) {
    if (one.name == name) return &one;
  }
  return unfit("hoplab does not emulate the statistic " + name +
               ": it knows SampleCount, Average, Sum, Minimum and Maximum");
}

MetricName name_of(const Json& of) {
  MetricName name{text_of(of, "Namespace"), text_of(of, "MetricName"), {}};
  for (const Json& one : of.value("Dimensions", Json::array())) {
    name.dimensions[text_of(one, "Name")] = text_of(one, "Value");
  }
  return name;
}

Json dimensions_of(const MetricName& name) {
  Json list = Json::array();
  for (const auto& [key, value] : name.dimensions) {
    list.push_back({{"Name", key}, {"Value", value}});
  }
  return list;
}

std::int64_t seconds(const Json& time) {
  return static_cast<std::int64_t>(time.get<double>());
}

Refusal check_times(const Json& in, std::int64_t period) {
  if (seconds(in["StartTime"]) >= seconds(in["EndTime"])) {
    return unfit("The parameter StartTime must be less than the parameter EndTime.");
  }
  if (period % MetricHistory::kMinute != 0) {
    return unfit(
        "The parameter Period must be a multiple of 60: these metrics have a point a "
        "minute");
  }
  return std::nullopt;
}

std::vector<MetricPoint> points(const Call& call, const Json& in, const Json& metric,
                                std::int64_t period) {
  call.plane.read_metrics(call.now);
  return call.plane.metrics().points(name_of(metric), call.caller.account, seconds(in["StartTime"]),
                                     seconds(in["EndTime"]), period);
}

ApiResult<Json> result_of(const Call& call, const Json& in, const Json& query) {
  if (!query.contains("MetricStat")) {
    return unfit("hoplab does not evaluate the expression of " + text_of(query, "Id"));
  }
  const Json& stat = query["MetricStat"];
  const auto of = statistic(stat["Stat"]);
  if (!of) return of.error();
  const std::int64_t period = stat["Period"];
  if (auto refused = check_times(in, period)) return *refused;
  auto all = points(call, in, stat["Metric"], period);
  if (in.value("ScanBy", "TimestampDescending") == "TimestampDescending") {
    std::ranges::reverse(all);
  }
  Json times = Json::array(), values = Json::array();
  for (const MetricPoint& one : all) {
    times.push_back(one.at);
    values.push_back((*of)->of(one));
  }
  return Json{{"Id", query["Id"]},
              {"Label", query.value("Label", text_of(stat["Metric"], "MetricName"))},
              {"Timestamps", std::move(times)},
              {"Values", std::move(values)},
              {"StatusCode", "Complete"}};
}

ApiResult<Json> get_metric_data(const Call& call, const Json& in) {
  Json results = Json::array();
  for (const Json& query : in["MetricDataQueries"]) {
    if (!query.value("ReturnData", true)) continue;
    auto one = result_of(call, in, query);
    if (!one) return one.error();
    results.push_back(std::move(*one));
  }
  return Json{{"MetricDataResults", std::move(results)}, {"Messages", Json::array()}};
}

ApiResult<Json> get_metric_statistics(const Call& call, const Json& in) {
  const auto wanted = texts_of(in, "Statistics");
  if (in.contains("ExtendedStatistics")) return unfit("hoplab does not emulate percentiles");
  if (wanted.empty()) {
    return ApiError{"MissingParameter",
                    "The parameter Statistics or ExtendedStatistics is required."};
  }
  const std::int64_t period = in["Period"];
  if (auto refused = check_times(in, period)) return *refused;
  const auto all = points(call, in, in, period);
  if (all.size() > kMostPoints) {
    return ApiError{"InvalidParameterCombination",
                    "You have requested up to " + std::to_string(all.size()) +
                        " datapoints, which exceeds the limit of 1440."};
  }
  Json made = Json::array();
  for (const MetricPoint& point : all) {
    Json one{{"Timestamp", point.at}, {"Unit", "Count"}};
    if (text_of(in, "MetricName").find("Latency") != std::string::npos)
      one["Unit"] = "Milliseconds";
    if (text_of(in, "MetricName").find("Bytes") != std::string::npos) one["Unit"] = "Bytes";
    for (const std::string& name : wanted) {
      const auto of = statistic(name);
      if (!of) return of.error();
      one[name] = (*of)->of(point);
    }
    made.push_back(std::move(one));
  }
  return Json{{"Label", in["MetricName"]}, {"Datapoints", std::move(made)}};
}

ApiResult<Json> list_metrics(const Call& call, const Json& in) {
  call.plane.read_metrics(call.now);
  std::vector<Json> all;
  for (const MetricName& name : call.plane.metrics().names(call.caller.account)) {
    const auto differs = [&](const char* member, const std::string& value) {
      return in.contains(member) && in[member] != value;
    };
    if (differs("Namespace", name.name_space) || differs("MetricName", name.name)) continue;
    const Json filters = in.value("Dimensions", Json::array());
    const bool fits = std::ranges::all_of(filters, [&](const Json& filter) {
      const auto has = name.dimensions.find(text_of(filter, "Name"));
      const bool any = !filter.contains("Value");
      return has != name.dimensions.end() && (any || filter["Value"] == has->second);
    });
    if (!fits) continue;
    all.push_back({{"Namespace", name.name_space},
                   {"MetricName", name.name},
                   {"Dimensions", dimensions_of(name)}});
  }
  Json pages{{"MaxResults", 500}};
  if (in.contains("NextToken")) pages["NextToken"] = in["NextToken"];
  return paged_by_token(pages, "Metrics", std::move(all));
}

constexpr Operation kOperations[] = {
    {"GetMetricData", kDataIn, kDataOut, get_metric_data},
    {"GetMetricStatistics", kStatisticsIn, kStatisticsOut, get_metric_statistics},
    {"ListMetrics", kListIn, kListOut, list_metrics},
};

constexpr const char* kVersion = "2010-08-01";
constexpr const char* kXmlns = "http://monitoring.amazonaws.com/doc/2010-08-01/";
constexpr const char* kTarget = "GraniteServiceVersion20100801";

}  // namespace

constexpr Service kCbor{"monitoring", Protocol::cbor, "", "", "", "1.0", kOperations};
constexpr Service kJson{"monitoring", Protocol::json, "", "", kTarget, "1.0", kOperations};
constexpr Service kQueries{"monitoring", Protocol::query, kVersion, kXmlns, "", "1.1", kOperations};

}  // namespace hoplab::awsapi::cloudwatch
