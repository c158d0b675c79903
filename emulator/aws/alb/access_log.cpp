#include "aws/alb/access_log.h"

namespace hoplab::aws {

namespace {

constexpr std::size_t kMostOfUserAgent = 8 * 1024;

std::string time_of(const std::optional<Duration>& duration) {
  return duration ? log_seconds(*duration) : "-1";
}

std::string status_of(int status) {
  return status ? std::to_string(status) : std::string();
}

std::string_view or_dash(std::string_view text) {
  return text.empty() ? "-" : text;
}

/// "GET https://example.com:443/ HTTP/1.1"; what could not be read is a dash.
std::string request_line(const AccessLogEntry& entry) {
  std::string line(or_dash(entry.method));
  line.append(" ").append(entry.protocol).append("://").append(or_dash(entry.host));
  line.append(":").append(std::to_string(entry.port)).append(or_dash(entry.uri));
  return line.append(" ").append(or_dash(entry.http_version));
}

}  // namespace

std::string access_log_line(const AccessLogEntry& entry, LogFormat format) {
  const std::string target_status = status_of(entry.target_status);
  LogFields fields(format);
  fields.plain("type", entry.type)
      .plain("time", iso8601_microseconds(entry.at))
      .plain("elb", entry.load_balancer)
      .plain("client_port", entry.client)
      .plain("target_port", entry.target)
      .plain("request_processing_time", time_of(entry.request_processing_time))
      .plain("target_processing_time", time_of(entry.target_processing_time))
      .plain("response_processing_time", time_of(entry.response_processing_time))
      .plain("elb_status_code", status_of(entry.elb_status))
      .plain("target_status_code", target_status)
      .plain("received_bytes", std::to_string(entry.received_bytes))
      .plain("sent_bytes", std::to_string(entry.sent_bytes))
      .quoted("request_line", request_line(entry))
      .quoted("user_agent", entry.user_agent.substr(0, kMostOfUserAgent))
      .plain("ssl_cipher", entry.tls_cipher)
      .plain("ssl_protocol", entry.tls_protocol)
      .plain("target_group_arn", entry.target_group_arn)
      .quoted("trace_id", entry.trace_id)
      .quoted("domain_name", entry.domain_name)
      .quoted("chosen_cert_arn", entry.chosen_certificate_arn)
      .plain("matched_rule_priority",
             entry.rule_priority ? std::to_string(*entry.rule_priority) : std::string())
      .plain("request_creation_time", iso8601_microseconds(entry.created_at))
      .quoted("actions_executed", entry.actions)
      .quoted("redirect_url", entry.redirect_url)
      .quoted("error_reason", entry.error_reason)
      .quoted("target_port_list", entry.target)
      .quoted("target_status_code_list", target_status)
      .quoted("classification", entry.classification)
      .quoted("classification_reason", entry.classification_reason)
      .plain("conn_trace_id", entry.conn_trace_id)
      .quoted("transformed_host", entry.transformed_host)
      .quoted("transformed_uri", entry.transformed_uri)
      .quoted("request_transform_status", entry.transform_status)
      .plain("ip_address", entry.node_ip);
  return std::move(fields).take();
}

}  // namespace hoplab::aws
