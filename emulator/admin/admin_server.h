// The admin API on a port of its own, in a thread of its own: no fault, no mutual TLS and no
// stepped clock touches it. On the loopback interface only.
#pragma once

#include <memory>
#include <string>

#include "admin/admin_api.h"
#include "base/result.h"
#include "topology/emulator.h"

namespace hoplab::admin {

struct AdminServerOptions {
  std::uint16_t port = 0;                // on 127.0.0.1; 0: any free one
  net::SocketSource* network = nullptr;  // where; null: the host's
  bool secrets = false;                  // of requests are shown
  std::vector<Entry> further = {};       // beside its own
};

class AdminServer {
 public:
  /// The emulator outlives the server.
  static Result<std::unique_ptr<AdminServer>> start(Emulator& emulator, AdminServerOptions options);
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
