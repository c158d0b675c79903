// The admin API on a port of its own, in a thread of its own: no fault, no mutual TLS and no
// stepped clock touches it. On the loopback interface only.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "topology/emulator.h"

namespace hoplab::admin {

class AdminServer {
 public:
  /// Listens on 127.0.0.1:`port` of `network`, or of the host's when null; 0 takes a free one.
  /// `secrets` of requests are shown. The emulator outlives the server.
  static Result<std::unique_ptr<AdminServer>> start(Emulator& emulator, std::uint16_t port,
                                                    net::SocketSource* network = nullptr,
                                                    bool secrets = false);
  /// Ends its connections and its thread.
  ~AdminServer();

  /// "127.0.0.1:41873".
  [[nodiscard]] const std::string& address() const noexcept;

 private:
  struct Impl;
  explicit AdminServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace hoplab::admin
