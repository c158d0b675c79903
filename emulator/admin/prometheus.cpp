#include "admin/prometheus.h"

namespace hoplab::admin {

namespace {

/// Label values: backslash, quote and line end are escaped.
std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string family(const std::string& name, const char* type, const char* help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

std::string line(const std::string& name, std::uint64_t value) {
  return name + " " + std::to_string(value) + "\n";
}

std::string line(const std::string& name, const char* label, const std::string& of,
                 std::uint64_t value) {
  return name + "{" + label + "=\"" + escaped(of) + "\"} " + std::to_string(value) + "\n";
}

}  // namespace

std::string prometheus_text(const Emulator& emulator) {
  const Counters counters = emulator.counters();
  std::string text = family("hoplab_flows_total", "counter", "client connections accepted");
  text += line("hoplab_flows_total", counters.flows);
  text += family("hoplab_flows_live", "gauge", "client connections that have not ended");
  text += line("hoplab_flows_live", counters.live_flows);
  text += family("hoplab_requests_total", "counter", "requests that the load balancers took");
  text += line("hoplab_requests_total", counters.requests);
  text += family("hoplab_api_requests_total", "counter", "requests that reached a private API");
  for (const auto& [api, count] : counters.api_requests) {
    text += line("hoplab_api_requests_total", "api", api, count);
  }
  text += family("hoplab_ends_total", "counter", "client connections that have ended, by cause");
  for (const auto& [reason, count] : counters.ends) {
    text += line("hoplab_ends_total", "reason", std::string(to_text(reason)), count);
  }
  text += family("hoplab_fault_hits_total", "counter", "connections that a fault has hit");
  for (const FaultStatus& one : emulator.faults()) {
    text += line("hoplab_fault_hits_total", "fault", one.fault.name, one.hits.size());
  }
  text += family("hoplab_cloudwatch", "untyped", "CloudWatch's metrics since the start");
  for (const MetricValue& one : emulator.metrics()) {
    text +=
        "hoplab_cloudwatch{namespace=\"" + one.name_space + "\",dimension=\"" + one.dimension +
        "\",resource=\"" + escaped(one.resource) +
        (one.load_balancer.empty() ? "" : "\",load_balancer=\"" + escaped(one.load_balancer)) +
        (one.availability_zone.empty() ? "" : "\",availability_zone=\"" + one.availability_zone) +
        (one.method.empty() ? "" : "\",method=\"" + escaped(one.method)) + "\",metric=\"" +
        one.metric + "\"} " + std::to_string(one.value) + "\n";
  }
  return text;
}

}  // namespace hoplab::admin
