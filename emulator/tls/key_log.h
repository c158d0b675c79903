// KeyLog: takes the secrets of TLS connections, for whoever may read along.
#pragma once

#include <string_view>

namespace hoplab::tls {

class KeyLog {
 public:
  virtual ~KeyLog() = default;
  /// A line of an SSLKEYLOGFILE, without its end. Several threads may call it. What is encrypted by
  /// the secret has not been sent yet, or has just been read.
  virtual void secret(std::string_view line) = 0;
};

}  // namespace hoplab::tls
