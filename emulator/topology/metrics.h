// CloudWatch's metrics, by AWS's names: sums since the start, where CloudWatch has one a minute;
// what is active or healthy is counted now.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
// https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-cloudwatch-metrics.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "aws/alb/alb_counters.h"
#include "aws/nlb/nlb_listener.h"
#include "model/topology.h"
#include "topology/emulator.h"

namespace hoplab::topology {

/// Packets that doorways have dropped, and what counts them on AWS.
using DroppedPackets = std::map<std::pair<std::string, std::string>, std::uint64_t>;

/// What the loops add up beside the traffic of hops.
struct MetricSources {
  std::map<std::string, aws::NlbCounters> network_load_balancers;  // by name
  std::map<std::string, aws::AlbCounters> application_load_balancers;
  struct Hosts {
    std::uint64_t healthy = 0, unhealthy = 0;
    std::uint64_t anomalous = 0, mitigated = 0;  // of weighted_random groups
  };
  std::map<std::string, Hosts> target_groups;
  struct Api {
    std::uint64_t requests = 0, errors_4xx = 0, errors_5xx = 0;
    std::uint64_t latency_ms = 0, integration_latency_ms = 0;
  };
  std::map<std::string, Api> rest_apis;
  std::map<std::pair<std::string, std::string>, Api> api_methods;  // by API and "GET /widgets"
  DroppedPackets dropped;                                          // by resource and metric
  std::vector<ZoneStatus> zones;                                   // of all load balancers
};

std::vector<MetricValue> metrics_of(const model::Topology& topology,
                                    const std::map<std::string, const Hop*>& hops,
                                    const MetricSources& sources);

}  // namespace hoplab::topology
