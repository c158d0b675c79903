// TcpListener: accepts on one address and gives each connection, with its journal, to a handler.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"
#include "net/connection.h"

namespace hoplab::net {

class TcpListener {
 public:
  struct Options {
    std::string ip;           // 127.x.y.z
    std::uint16_t port = 0;   // 0: any free port
    bool reuse_port = false;  // several loops accept on one address
    bool unanswered = false;  // connecting hangs, as to an ENI whose security group says no
  };

  /// Binds and listens; nothing is accepted before start().
  static Result<std::unique_ptr<TcpListener>> open(Loop& loop, const Options& options,
                                                   std::atomic<std::uint64_t>& ids);
  ~TcpListener();

  void start(ConnectionHandler& handler);
  void stop();
  [[nodiscard]] const Address& address() const noexcept;
  /// Connections accepted so far. Thread-safe.
  [[nodiscard]] std::uint64_t accepted() const noexcept;

 private:
  struct Impl;
  explicit TcpListener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace hoplab::net
