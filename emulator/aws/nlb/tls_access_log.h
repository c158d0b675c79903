// The access log of a Network Load Balancer's TLS listeners: one line for each connection, when it
// has ended. A TCP listener has none.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-access-logs.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "aws/logs/load_balancer_log.h"
#include "base/clock.h"

namespace hoplab::aws {

/// What a line says. Empty texts become "-".
struct TlsAccessLogEntry {
  Time established_at, ended_at;
  std::string_view load_balancer;                    // net/<name>/<id>
  std::string_view listener;                         // its id
  std::string_view client;                           // address and port
  std::string_view destination;                      // likewise: the endpoint's, behind PrivateLink
  std::optional<Duration> handshake_time;            // of one that succeeded
  std::uint64_t received_bytes = 0, sent_bytes = 0;  // after decryption, before encryption
  std::optional<int> incoming_tls_alert;             // its number
  std::string_view certificate_arn;
  std::string_view tls_cipher, tls_protocol, tls_key_exchange;  // OpenSSL's names
  std::string_view domain_name;                                 // the SNI
  std::string_view alpn;                                        // agreed on with the client
};

/// Fields 1 to 22, without the line's end.
std::string tls_access_log_line(const TlsAccessLogEntry& entry, LogFormat format);

}  // namespace hoplab::aws
