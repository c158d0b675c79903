#include "aws/alb/connection_log.h"

#include <array>
#include <cstdio>

namespace hoplab::aws {

namespace {

std::string_view or_dash(std::string_view text) {
  return text.empty() ? "-" : text;
}

/// Seconds with milliseconds, as AWS writes them: 4.036.
std::string seconds(Duration duration) {
  using std::chrono::milliseconds;
  const auto ms = std::chrono::round<milliseconds>(duration).count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(ms / 1000),
                static_cast<long long>(ms % 1000));
  return text.data();
}

}  // namespace

std::string conn_trace_id(Rng& rng) {
  std::array<char, 40> text{};
  const std::uint64_t high = rng.next(), low = rng.next();
  std::snprintf(text.data(), text.size(), "TID_%016llx%016llx",
                static_cast<unsigned long long>(high), static_cast<unsigned long long>(low));
  return text.data();
}

std::string connection_log_line(const ConnectionLogEntry& entry) {
  std::string line = iso8601_microseconds(entry.at);
  const auto field = [&line](std::string_view text) { line.append(" ").append(or_dash(text)); };
  field(entry.client_ip);
  field(std::to_string(entry.client_port));
  field(std::to_string(entry.listener_port));
  field(entry.tls_protocol);
  field(entry.tls_cipher);
  field(entry.tls_handshake_latency ? seconds(*entry.tls_handshake_latency) : std::string());
  line.append(" \"").append(or_dash(entry.leaf_subject)).append("\"");
  field(entry.leaf_validity);
  field(entry.leaf_serial_number);
  field(entry.tls_verify_status);
  field(entry.conn_trace_id);
  field(entry.tls_key_exchange);
  field(entry.load_balancer);
  field(entry.node_ip);
  return line;
}

}  // namespace hoplab::aws
