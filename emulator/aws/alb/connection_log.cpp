#include "aws/alb/connection_log.h"

#include <array>
#include <cstdio>

#include "aws/logs/load_balancer_log.h"

namespace hoplab::aws {

std::string conn_trace_id(Rng& rng) {
  std::array<char, 40> text{};
  const std::uint64_t high = rng.next(), low = rng.next();
  std::snprintf(text.data(), text.size(), "TID_%016llx%016llx",
                static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
  return text.data();
}

std::string connection_log_line(const ConnectionLogEntry& entry) {
  const auto& latency = entry.tls_handshake_latency;
  LogFields fields;
  fields.plain(iso8601_microseconds(entry.at))
      .plain(entry.client_ip)
      .plain(std::to_string(entry.client_port))
      .plain(std::to_string(entry.listener_port))
      .plain(entry.tls_protocol)
      .plain(entry.tls_cipher)
      .plain(latency ? log_seconds(*latency) : std::string())
      .quoted(entry.leaf_subject)
      .plain(entry.leaf_validity)
      .plain(entry.leaf_serial_number)
      .plain(entry.tls_verify_status)
      .plain(entry.conn_trace_id)
      .plain(entry.tls_key_exchange)
      .plain(entry.load_balancer)
      .plain(entry.node_ip);
  return std::move(fields).take();
}

}  // namespace hoplab::aws
