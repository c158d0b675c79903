#include "aws/alb/connection_log.h"

#include <array>
#include <cstdio>

namespace hoplab::aws {

std::string conn_trace_id(Rng& rng) {
  std::array<char, 40> text{};
  const std::uint64_t high = rng.next(), low = rng.next();
  std::snprintf(text.data(), text.size(), "TID_%016llx%016llx",
                static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
  return text.data();
}

std::string connection_log_line(const ConnectionLogEntry& entry, LogFormat format) {
  const auto& latency = entry.tls_handshake_latency;
  LogFields fields(format);
  fields.plain("time", iso8601_microseconds(entry.at))
      .plain("client_ip", entry.client_ip)
      .plain("client_port", std::to_string(entry.client_port))
      .plain("listener_port", std::to_string(entry.listener_port))
      .plain("tls_protocol", entry.tls_protocol)
      .plain("tls_cipher", entry.tls_cipher)
      .plain("tls_handshake_latency", latency ? log_seconds(*latency) : std::string())
      .quoted("leaf_client_cert_subject", entry.leaf_subject)
      .plain("leaf_client_cert_validity", entry.leaf_validity)
      .plain("leaf_client_cert_serial_number", entry.leaf_serial_number)
      .plain("tls_verify_status", entry.tls_verify_status)
      .plain("conn_trace_id", entry.conn_trace_id)
      .plain("tls_keyexchange", entry.tls_key_exchange)
      .plain("elb", entry.load_balancer)
      .plain("ip_address", entry.node_ip);
  return std::move(fields).take();
}

}  // namespace hoplab::aws
