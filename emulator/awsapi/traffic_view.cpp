#include "awsapi/traffic_view.h"

#include <algorithm>

#include "awsapi/select.h"
#include "base/file.h"
#include "model/ids.h"
#include "scenario/resources/builder.h"

namespace hoplab::awsapi {

namespace {

namespace types = scenario::resources;

/// Metrics that are levels, not sums.
constexpr std::string_view kLevels[] = {
    "ActiveFlowCount",      "ActiveConnectionCount", "ActiveConnections",  "EndpointsCount",
    "HealthyHostCount",     "UnHealthyHostCount",    "AnomalousHostCount", "MitigatedHostCount",
    "ZonalHealthStatus",    "HealthyStateDNS",       "UnhealthyStateDNS",  "HealthyStateRouting",
    "UnhealthyStateRouting"};

/// The document of a type that the scenario calls `name`; null: the scenario's own.
const Document* called(const ControlPlane& plane, std::string_view type, const std::string& name) {
  for (const Document* one : plane.all(type)) {
    if (text_of(one->properties, "Name") == name || one->logical_id == name || one->id == name) {
      return one;
    }
  }
  return nullptr;
}

std::string behind(const std::string& arn, std::string_view mark) {
  const std::size_t at = arn.find(mark);
  return at == std::string::npos ? arn : arn.substr(at + mark.size());
}

/// Names as CloudWatch has them.
class Naming {
 public:
  Naming(const ControlPlane& plane, const model::Topology& topology)
      : plane_(plane), topology_(topology) {}

  MetricReading reading(const MetricValue& value) {
    MetricReading made;
    made.name.name_space = value.name_space;
    made.name.name = value.metric;
    made.value = static_cast<double>(value.value);
    made.is_level = std::ranges::find(kLevels, value.metric) != std::end(kLevels);
    auto& dimensions = made.name.dimensions;
    if (value.dimension == "LoadBalancer") {
      dimensions["LoadBalancer"] = load_balancer(value.resource, made);
    } else if (value.dimension == "TargetGroup") {
      dimensions["LoadBalancer"] = load_balancer(value.load_balancer, made);
      dimensions["TargetGroup"] = target_group(value.resource);
    } else if (value.dimension == "ApiName") {
      add_api(value, made);
    } else if (value.dimension == "VPC Endpoint Id") {
      add_endpoint(value.resource, made);
    } else {
      const Document* const service = called(plane_, types::kVpcEndpointService, value.resource);
      dimensions[value.dimension] = service ? service->id : value.resource;
      if (service) made.account = service->account;
    }
    if (!value.availability_zone.empty()) {
      dimensions["AvailabilityZone"] = value.availability_zone;
    }
    return made;
  }

 private:
  std::string load_balancer(const std::string& name, MetricReading& made) {
    if (const Document* const one = called(plane_, types::kLoadBalancer, name)) {
      made.account = one->account;
      return behind(one->id, ":loadbalancer/");
    }
    const auto found =
        std::ranges::find(topology_.load_balancers, name, &model::LoadBalancer::name);
    const bool network =
        found != topology_.load_balancers.end() && found->type == model::LoadBalancerType::network;
    return (network ? "net/" : "app/") + name + "/" + model::derived_load_balancer_id(name);
  }

  std::string target_group(const std::string& name) {
    const Document* const one = called(plane_, types::kTargetGroup, name);
    const std::string arn = one ? one->id : model::target_group_arn(topology_.region, name);
    return "targetgroup/" + behind(arn, ":targetgroup/");
  }

  void add_api(const MetricValue& value, MetricReading& made) {
    auto& dimensions = made.name.dimensions;
    dimensions["ApiName"] = value.resource;
    const auto api = std::ranges::find(topology_.rest_apis, value.resource, &model::RestApi::name);
    if (const Document* const one = called(plane_, types::kRestApi, value.resource)) {
      made.account = one->account;
      const std::string name = text_of(one->properties, "Name");
      if (!name.empty()) dimensions["ApiName"] = name;
    }
    const std::size_t blank = value.method.find(' ');
    if (blank == std::string::npos || api == topology_.rest_apis.end()) return;
    dimensions["Method"] = value.method.substr(0, blank);
    dimensions["Resource"] = value.method.substr(blank + 1);
    dimensions["Stage"] = api->stages.front().name;
  }

  /// nlb-privatelink.md 4.6
  void add_endpoint(const std::string& name, MetricReading& made) {
    const auto found = std::ranges::find(topology_.vpc_endpoints, name, &model::VpcEndpoint::name);
    if (found == topology_.vpc_endpoints.end()) return;
    auto& dimensions = made.name.dimensions;
    const Document* const one = called(plane_, types::kVpcEndpoint, name);
    dimensions["Endpoint Type"] = "Interface";
    dimensions["VPC Endpoint Id"] = found->id;
    dimensions["VPC Id"] = found->vpc_id;
    dimensions["Service Name"] =
        one ? text_of(one->properties, "ServiceName") : found->service_name;
    made.account = one ? one->account : found->account;
  }

  const ControlPlane& plane_;
  const model::Topology& topology_;
};

/// Latencies are sums of as many as the requests are.
void add_samples(std::vector<MetricReading>& all) {
  for (MetricReading& one : all) {
    if (one.name.name != "Latency" && one.name.name != "IntegrationLatency") continue;
    MetricName count = one.name;
    count.name = "Count";
    const auto found = std::ranges::find(all, count, &MetricReading::name);
    one.samples = found == all.end() ? 0 : found->value;
  }
}

std::vector<MetricReading> readings(Emulator& emulator, const ControlPlane& plane) {
  const auto topology = emulator.topology();
  Naming naming(plane, *topology);
  std::vector<MetricReading> all;
  for (const MetricValue& value : emulator.metrics()) all.push_back(naming.reading(value));
  add_samples(all);
  return all;
}

std::vector<LogLine> log_lines(Emulator& emulator) {
  const auto topology = emulator.topology();
  std::vector<LogLine> all;
  for (ApiLine& line : emulator.api_lines()) {
    const auto api = std::ranges::find(topology->rest_apis, line.api, &model::RestApi::name);
    LogLine made;
    made.number = line.number;
    made.at_ms = std::chrono::floor<std::chrono::milliseconds>(line.at).time_since_epoch().count();
    made.api_id = api == topology->rest_apis.end() ? line.api : api->id;
    made.stage = std::move(line.stage);
    made.execution = line.execution;
    made.text = std::move(line.text);
    all.push_back(std::move(made));
  }
  return all;
}

std::vector<LogFile> log_files(const Emulator& emulator, std::uint64_t after) {
  std::vector<LogFile> all;
  for (DeliveredLog& log : emulator.delivered_logs()) {
    if (log.number <= after) continue;
    auto content = read_file(log.file);
    if (!content) continue;  // it had to go meanwhile
    all.push_back({log.number, log.kind + "_logs.s3", std::move(log.load_balancer),
                   std::move(log.key), std::move(content).value()});
  }
  return all;
}

/// Targets of a group are in the traffic in the order in which the API has them.
std::optional<TargetHealth> health(Emulator& emulator, const ControlPlane& plane,
                                   const std::string& group, const std::string& id, int port) {
  const Document* const document = plane.find(group, types::kTargetGroup);
  if (!document) return std::nullopt;
  std::vector<TargetStatus> seen = emulator.target_health();
  const std::string name = text_of(document->properties, "Name");
  std::erase_if(seen, [&](const TargetStatus& one) { return one.target_group != name; });
  const Json targets = document->properties.value("Targets", Json::array());
  if (seen.size() != targets.size()) return std::nullopt;
  for (std::size_t i = 0; i < seen.size(); ++i) {
    if (targets[i]["Id"] != id || (port != 0 && targets[i].value("Port", port) != port)) continue;
    return TargetHealth{seen[i].state, seen[i].reason, seen[i].description};
  }
  return std::nullopt;
}

}  // namespace

TrafficView view_of(Emulator& emulator) {
  TrafficView view;
  view.health = [&emulator](const ControlPlane& plane, const std::string& group,
                            const std::string& id,
                            int port) { return health(emulator, plane, group, id, port); };
  view.metrics = [&emulator](const ControlPlane& plane) { return readings(emulator, plane); };
  view.log_lines = [&emulator] { return log_lines(emulator); };
  view.log_files = [&emulator](std::uint64_t after) { return log_files(emulator, after); };
  return view;
}

}  // namespace hoplab::awsapi
