// An HTTP/1.1 server on the loopback interface with a loop and a thread of its own, for APIs that
// control the emulator: no fault, no mutual TLS and no stepped clock touches it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "http/server.h"
#include "net/socket_source.h"

namespace hoplab::http {

class LoopbackServer {
 public:
  /// `name` is what its hop is called ("admin"). Handlers may be made with loop() before start().
  explicit LoopbackServer(const std::string& name);
  /// Ends what end() has not ended yet.
  ~LoopbackServer();

  [[nodiscard]] Loop& loop() noexcept;

  /// Listens on 127.0.0.1:`port` of `network`, or of the host's when null; 0 takes a free one.
  /// `handler` answers all requests, in the loop's thread, and outlives the server; what is no
  /// request is told so in JSON.
  Result<void> start(Handler& handler, std::uint16_t port, net::SocketSource* network);
  /// "127.0.0.1:41873".
  [[nodiscard]] const std::string& address() const noexcept;

  /// Ends the thread and takes no more connections. Until end(), the caller's thread may poll the
  /// loop, so that answers come to their end.
  void halt();
  /// Ends all connections.
  void end();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hoplab::http
