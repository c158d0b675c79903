// The ALB's access log: one line for each request, in AWS's format (alb.md 2.2, alb-features.md 8).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/logs/load_balancer_log.h"
#include "base/clock.h"

namespace hoplab::aws {

/// What a line says. Empty texts become "-".
struct AccessLogEntry {
  std::string_view type;                             // http, https, h2, grpcs, ws, wss
  Time at;                                           // when it was over
  std::string_view load_balancer;                    // app/<name>/<id>
  std::string_view client;                           // address and port
  std::string_view target;                           // likewise
  std::optional<Duration> request_processing_time;   // until it was sent to the target; none: -1
  std::optional<Duration> target_processing_time;    // from then to its answer's head
  std::optional<Duration> response_processing_time;  // from then to ours
  int elb_status = 0;                                // 0: none
  int target_status = 0;
  std::uint64_t received_bytes = 0, sent_bytes = 0;            // above TLS
  std::string_view method, protocol, host, uri, http_version;  // of the request line
  std::uint16_t port = 0;                                      // likewise
  std::string_view user_agent;
  std::string_view tls_cipher, tls_protocol;  // OpenSSL's names
  std::string_view target_group_arn;
  std::string_view trace_id;
  std::string_view domain_name;             // the client's SNI, when a certificate has it
  std::string_view chosen_certificate_arn;  // or session-reused
  std::optional<int> rule_priority;         // 0: the default rule
  Time created_at;
  std::string_view actions;  // separated by commas
  std::string_view redirect_url;
  std::string_view error_reason;
  std::string_view classification, classification_reason;
  std::string_view conn_trace_id;
  std::string_view transformed_host, transformed_uri, transform_status;
  std::string_view node_ip;
};

/// Fields 1 to 34, without the line's end.
std::string access_log_line(const AccessLogEntry& entry, LogFormat format);

}  // namespace hoplab::aws
