#include "topology/metrics.h"

#include <algorithm>

#include "model/legs.h"

namespace hoplab::topology {

namespace {

std::uint64_t value(const HopTraffic::Count& count) {
  return count.load(std::memory_order_relaxed);
}

/// Those that have passed and not ended. The two are read one after the other.
std::uint64_t active(const HopTraffic& traffic) {
  const std::uint64_t ended = value(traffic.ended);
  const std::uint64_t passed = value(traffic.passed);
  return passed > ended ? passed - ended : 0;
}

/// Answers with a status of `first` to `last`.
std::uint64_t of_statuses(const aws::AlbCounters::ByStatus& answers, int first, int last) {
  std::uint64_t sum = 0;
  for (auto at = answers.lower_bound(first); at != answers.end() && at->first <= last; ++at) {
    sum += at->second;
  }
  return sum;
}

class Metrics {
 public:
  Metrics(const model::Topology& topology, const std::map<std::string, const Hop*>& hops,
          const MetricSources& sources)
      : topology_(topology), hops_(hops), sources_(sources) {}

  std::vector<MetricValue> take() {
    for (const auto& one : topology_.load_balancers) {
      if (one.type == model::LoadBalancerType::network) {
        add_network_load_balancer(one);
      } else {
        add_application_load_balancer(one);
      }
    }
    for (const auto& one : topology_.target_groups) {
      for (const auto& balancer : topology_.load_balancers) {
        if (model::forwards_to(balancer, one.name)) add_target_group(one, balancer);
      }
    }
    for (const auto& one : topology_.vpc_endpoints) {
      if (topology_.is_way_in(one)) add_endpoint(one);
    }
    for (const auto& one : topology_.vpc_endpoint_services) add_service(one);
    for (const auto& [name, counts] : sources_.rest_apis) {
      add_api(name, counts);
    }
    for (const auto& [method, counts] : sources_.api_methods) {
      method_ = method.second;
      add_api(method.first, counts);
    }
    return std::move(values_);
  }

 private:
  void begin(const char* name_space, const char* dimension, const std::string& resource,
             const std::string& load_balancer = {}) {
    name_space_ = name_space;
    dimension_ = dimension;
    resource_ = &resource;
    load_balancer_ = load_balancer;
    zone_.clear();
  }
  void add(const char* metric, std::uint64_t count) {
    values_.push_back(
        {name_space_, dimension_, *resource_, load_balancer_, zone_, method_, metric, count});
  }
  /// For `count_in(zone)`: of each zone of the load balancer, and before them of all.
  template <class CountIn>
  void add_by_zone(const char* metric, const model::LoadBalancer& balancer,
                   const CountIn& count_in) {
    const std::size_t of_all = values_.size();
    add(metric, 0);
    for (const ZoneStatus& one : sources_.zones) {
      if (one.load_balancer != balancer.name) continue;
      zone_ = one.availability_zone;
      add(metric, count_in(one));
      values_[of_all].value += values_.back().value;
    }
    zone_.clear();
  }
  void add_dropped(const char* metric) {
    const auto found = sources_.dropped.find({*resource_, metric});
    add(metric, found == sources_.dropped.end() ? 0 : found->second);
  }

  void add_network_load_balancer(const model::LoadBalancer& one) {
    begin("AWS/NetworkELB", "LoadBalancer", one.name);
    const HopTraffic& traffic = *hops_.at(one.name)->traffic;
    const aws::NlbCounters& counters = sources_.network_load_balancers.at(one.name);
    add("ActiveFlowCount", active(traffic));
    add("NewFlowCount", counters.new_flows);
    add("ProcessedBytes", value(traffic.bytes));
    add("TCP_Client_Reset_Count", value(traffic.client_resets));
    add("TCP_Target_Reset_Count", value(traffic.behind_resets));
    add("TCP_ELB_Reset_Count", value(traffic.own_resets));
    add_dropped("SecurityGroupBlockedFlowCount_Inbound_TCP");
    const auto with_dropped = [this](const char* metric, std::uint64_t count) {
      add_dropped(metric);
      values_.back().value += count;
    };
    with_dropped("PortAllocationErrorCount", counters.port_allocation_errors);
    with_dropped("RejectedFlowCount", counters.rejected_flows);
    add("UnhealthyRoutingFlowCount", counters.unhealthy_routing_flows);
    add("ClientTLSNegotiationErrorCount", value(traffic.client_tls_errors));
    add("TargetTLSNegotiationErrorCount", value(traffic.target_tls_errors));
    add_by_zone("ZonalHealthStatus", one,
                [](const ZoneStatus& zone) { return std::uint64_t{zone.healthy}; });
  }

  /// alb-features.md 6.4, 7.
  void add_authentication(const aws::AlbCounters& counters) {
    add("ELBAuthSuccess", counters.auth_successes);
    add("ELBAuthFailure", counters.auth_failures);
    add("ELBAuthError", counters.auth_errors);
    add("ELBAuthRefreshTokenSuccess", counters.auth_refreshes);
    add("ELBAuthUserClaimsSizeExceeded", counters.auth_claims_size_exceeded);
    using std::chrono::milliseconds;
    const auto latency = std::chrono::round<milliseconds>(counters.auth_latency).count();
    add("ELBAuthLatency", static_cast<std::uint64_t>(latency));
    add("JWTValidationFailureCount", counters.jwt_validation_failures);
  }

  void add_application_load_balancer(const model::LoadBalancer& one) {
    begin("AWS/ApplicationELB", "LoadBalancer", one.name);
    const HopTraffic& traffic = *hops_.at(one.name)->traffic;
    const aws::AlbCounters& counters = sources_.application_load_balancers.at(one.name);
    // From clients and to targets, in one number.
    add("ActiveConnectionCount", active(traffic) + counters.live_target_connections);
    add("NewConnectionCount", value(traffic.passed) + counters.target_connections);
    add("ProcessedBytes", value(traffic.bytes));
    add("ClientTLSNegotiationErrorCount", value(traffic.client_tls_errors));
    add("RequestCount", counters.requests);
    add("HTTPCode_ELB_3XX_Count", of_statuses(counters.own, 300, 399));
    add("HTTPCode_ELB_4XX_Count", of_statuses(counters.own, 400, 499));
    add("HTTPCode_ELB_5XX_Count", of_statuses(counters.own, 500, 599));
    add("HTTPCode_ELB_500_Count", of_statuses(counters.own, 500, 500));
    add("HTTPCode_ELB_502_Count", of_statuses(counters.own, 502, 502));
    add("HTTPCode_ELB_503_Count", of_statuses(counters.own, 503, 503));
    add("HTTPCode_ELB_504_Count", of_statuses(counters.own, 504, 504));
    add("HTTPCode_Target_2XX_Count", of_statuses(counters.target, 200, 299));
    add("HTTPCode_Target_3XX_Count", of_statuses(counters.target, 300, 399));
    add("HTTPCode_Target_4XX_Count", of_statuses(counters.target, 400, 499));
    add("HTTPCode_Target_5XX_Count", of_statuses(counters.target, 500, 599));
    add("HTTP_Fixed_Response_Count", counters.fixed_responses);
    add("HTTP_Redirect_Count", counters.redirects);
    add("HTTP_Redirect_Url_Limit_Exceeded_Count", counters.redirects_too_long);
    add("RuleEvaluations", counters.rule_evaluations);
    add("DroppedInvalidHeaderRequestCount", counters.dropped_invalid_header_requests);
    add("ForwardedInvalidHeaderRequestCount", counters.forwarded_invalid_header_requests);
    add("DesyncMitigationMode_NonCompliant_Request_Count", counters.non_compliant_requests);
    add("TargetConnectionErrorCount", counters.target_connection_errors);
    add("TargetTLSNegotiationErrorCount", counters.target_tls_errors);
    add("NonStickyRequestCount", counters.non_sticky_requests);
    add("AppCookieNonStickinessCount", counters.app_cookie_non_stickiness);
    add_authentication(counters);
  }

  /// CloudWatch does not count load balancers that are targets (nlb-privatelink.md 1.2).
  void add_target_group(const model::TargetGroup& one, const model::LoadBalancer& balancer) {
    if (one.target_type == model::TargetType::alb) return;
    const bool network = one.behind_network_load_balancer();
    begin(network ? "AWS/NetworkELB" : "AWS/ApplicationELB", "TargetGroup", one.name,
          balancer.name);
    const MetricSources::Hosts& hosts = sources_.target_groups.at(one.name);
    add("HealthyHostCount", hosts.healthy);
    add("UnHealthyHostCount", hosts.unhealthy);
    if (network) return;
    const aws::AlbCounters& counters = sources_.application_load_balancers.at(balancer.name);
    const auto of_group = [&one](const aws::AlbCounters::ByGroup& counts) {
      const auto found = counts.find(one.name);
      return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    add_group_health(one, balancer, counters);
    if (one.protocol_version != model::ProtocolVersion::http1) {
      add("GrpcRequestCount", of_group(counters.grpc_requests));
    }
    if (one.attributes.algorithm == model::RoutingAlgorithm::weighted_random) {
      add("AnomalousHostCount", hosts.anomalous);
      add("MitigatedHostCount", hosts.mitigated);
    }
    if (one.target_type != model::TargetType::lambda) return;
    add("LambdaUserError", of_group(counters.lambda_user_errors));
    add("LambdaInternalError", of_group(counters.lambda_internal_errors));
  }

  /// alb-features.md 10
  void add_group_health(const model::TargetGroup& one, const model::LoadBalancer& balancer,
                        const aws::AlbCounters& counters) {
    const auto requests = counters.unhealthy_routing_requests.find(one.name);
    add_by_zone("UnhealthyRoutingRequestCount", balancer, [&](const ZoneStatus& zone) {
      if (requests == counters.unhealthy_routing_requests.end()) return std::uint64_t{0};
      const auto found = requests->second.find(zone.availability_zone);
      return found == requests->second.end() ? std::uint64_t{0} : found->second;
    });
    if (one.target_type == model::TargetType::lambda) return;
    const auto add_state = [&](const char* metric, bool GroupInZone::*state, bool wanted) {
      add_by_zone(metric, balancer, [&](const ZoneStatus& zone) {
        const auto group =
            std::ranges::find(zone.target_groups, one.name, &GroupInZone::target_group);
        return std::uint64_t{(*group).*state == wanted};
      });
    };
    add_state("HealthyStateDNS", &GroupInZone::dns_healthy, true);
    add_state("UnhealthyStateDNS", &GroupInZone::dns_healthy, false);
    add_state("HealthyStateRouting", &GroupInZone::routing_healthy, true);
    add_state("UnhealthyStateRouting", &GroupInZone::routing_healthy, false);
  }

  /// apigateway.md 16. Latencies are sums, in milliseconds.
  void add_api(const std::string& name, const MetricSources::Api& counts) {
    begin("AWS/ApiGateway", "ApiName", name);
    add("Count", counts.requests);
    add("4XXError", counts.errors_4xx);
    add("5XXError", counts.errors_5xx);
    add("Latency", counts.latency_ms);
    add("IntegrationLatency", counts.integration_latency_ms);
  }

  void add_endpoint(const model::VpcEndpoint& one) {
    begin("AWS/PrivateLinkEndpoints", "VPC Endpoint Id", one.name);
    const HopTraffic& traffic = *hops_.at(one.name)->traffic;
    add("ActiveConnections", active(traffic));
    add("NewConnections", value(traffic.passed));
    add("BytesProcessed", value(traffic.bytes));
    add_dropped("PacketsDropped");
    add("RstPacketsReceived", value(traffic.behind_resets));
  }

  void add_service(const model::VpcEndpointService& service) {
    begin("AWS/PrivateLinkServices", "Service Id", service.name);
    std::uint64_t live = 0, fresh = 0, bytes = 0, resets = 0, endpoints = 0;
    for (const auto& one : topology_.vpc_endpoints) {
      if (one.service_name != service.name) continue;
      const HopTraffic& traffic = *hops_.at(one.name)->traffic;
      ++endpoints;
      live += active(traffic);
      fresh += value(traffic.passed);
      bytes += value(traffic.bytes);
      resets += value(traffic.behind_resets);
    }
    add("ActiveConnections", live);
    add("NewConnections", fresh);
    add("BytesProcessed", bytes);
    add("RstPacketsSent", resets);
    add("EndpointsCount", endpoints);
  }

  const model::Topology& topology_;
  const std::map<std::string, const Hop*>& hops_;
  const MetricSources& sources_;
  const char* name_space_ = "";
  const char* dimension_ = "";
  const std::string* resource_ = nullptr;
  std::string load_balancer_, zone_;
  std::string method_;  // of an API; empty: all of them
  std::vector<MetricValue> values_;
};

}  // namespace

std::vector<MetricValue> metrics_of(const model::Topology& topology,
                                    const std::map<std::string, const Hop*>& hops,
                                    const MetricSources& sources) {
  return Metrics(topology, hops, sources).take();
}

}  // namespace hoplab::topology
