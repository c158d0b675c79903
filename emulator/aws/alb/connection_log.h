// The ALB's connection log: one line for each connection attempt, in AWS's format.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-connection-logs.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/logs/load_balancer_log.h"
#include "base/clock.h"
#include "base/rng.h"

namespace hoplab::aws {

/// What a line says. Empty texts become "-".
struct ConnectionLogEntry {
  Time at;  // when it was established or failed
  std::string_view client_ip;
  std::uint16_t client_port = 0;
  std::uint16_t listener_port = 0;
  std::string_view tls_protocol, tls_cipher;      // OpenSSL's names
  std::optional<Duration> tls_handshake_latency;  // of a handshake that succeeded
  std::string_view leaf_subject, leaf_validity, leaf_serial_number;
  std::string_view tls_verify_status;
  std::string_view conn_trace_id;
  std::string_view tls_key_exchange;
  std::string_view load_balancer;  // app/<name>/<id>
  std::string_view node_ip;
};

/// Fields 1 to 15, without the line's end. The subject is always quoted, as published parsers of
/// these logs expect.
std::string connection_log_line(const ConnectionLogEntry& entry, LogFormat format);

/// A connection's id in the logs: "TID_" and 32 hexadecimal digits.
std::string conn_trace_id(Rng& rng);

}  // namespace hoplab::aws
