// What can be seen of TLS: records, the handshake's messages before they are encrypted, and what
// the sizes of encrypted ones give away (RFC 8446, RFC 5246). With its secrets, all of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "diagnose/capture/tcp_flow.h"
#include "diagnose/capture/tls_decryption.h"

namespace hoplab::diagnose {

/// What one side's records came to. Times are those of a record's last byte.
struct TlsSide {
  struct Moment {
    std::int64_t at_ns = 0;
    std::uint64_t bytes = 0;
  };
  std::optional<std::int64_t> hello_at_ns;
  std::optional<std::int64_t> finished_at_ns;  // its part of the handshake is over
  std::vector<Moment> data;                    // records of application data, tickets among them
  std::vector<Chunk> text;                     // of these, where there are secrets
  /// A fatal alert that can be read: RFC 8446's name. "?" when it is encrypted.
  std::string alert;
  bool close_notify = false;  // told that it has nothing more to say, encrypted or not
};

struct TlsSeen {
  TlsSide client, server;
  std::string version;                    // "1.2", "1.3"; empty before a ServerHello
  std::string server_name, alpn;          // of the ClientHello
  bool chose_no_alpn = false;             // a ServerHello of TLS 1.2 without one
  bool certificate_requested = false;     // seen, or told by the client's answer
  std::optional<bool> certificate_shown;  // by the client; unknown where sizes do not tell
  bool decrypted = false;                 // with the secrets
};

/// Nothing when the client's first bytes are no ClientHello.
std::optional<TlsSeen> tls_seen(const TcpFlow& flow, const TlsSecrets& secrets);

}  // namespace hoplab::diagnose
