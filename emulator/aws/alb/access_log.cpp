#include "aws/alb/access_log.h"

#include "aws/logs/load_balancer_log.h"

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

std::string access_log_line(const AccessLogEntry& entry) {
  const std::string target_status = status_of(entry.target_status);
  LogFields fields;
  fields.plain(entry.type)
      .plain(iso8601_microseconds(entry.at))
      .plain(entry.load_balancer)
      .plain(entry.client)
      .plain(entry.target)
      .plain(time_of(entry.request_processing_time))
      .plain(time_of(entry.target_processing_time))
      .plain(time_of(entry.response_processing_time))
      .plain(status_of(entry.elb_status))
      .plain(target_status)
      .plain(std::to_string(entry.received_bytes))
      .plain(std::to_string(entry.sent_bytes))
      .quoted(request_line(entry))
      .quoted(entry.user_agent.substr(0, kMostOfUserAgent))
      .plain(entry.tls_cipher)
      .plain(entry.tls_protocol)
      .plain(entry.target_group_arn)
      .quoted(entry.trace_id)
      .quoted(entry.domain_name)
      .quoted(entry.chosen_certificate_arn)
      .plain(entry.rule_priority ? std::to_string(*entry.rule_priority) : std::string())
      .plain(iso8601_microseconds(entry.created_at))
      .quoted(entry.actions)
      .quoted(entry.redirect_url)
      .quoted(entry.error_reason)
      .quoted(entry.target)
      .quoted(target_status)
      .quoted(entry.classification)
      .quoted(entry.classification_reason)
      .plain(entry.conn_trace_id)
      .quoted(entry.transformed_host)
      .quoted(entry.transformed_uri)
      .quoted(entry.transform_status)
      .plain(entry.node_ip);
  return std::move(fields).take();
}

}  // namespace hoplab::aws
