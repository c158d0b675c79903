// ConnectDoor: a way in for clients that cannot be given the topology's addresses, as a proxy of
// theirs (CONNECT, RFC 9110 9.3.6).
//
// It knows the topology's names and ports and nothing else. A tunnel is no hop: when it is
// established, the client's own connection goes where the name leads, so that whatever ends it
// there is what the client sees.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>

#include "net/admission.h"
#include "net/live_connections.h"
#include "net/tcp_listener.h"

namespace hoplab::topology {

class ConnectDoor final : public net::ConnectionHandler {
 public:
  /// Where a name leads.
  struct Way {
    net::ConnectionHandler* handler = nullptr;
    net::Address destination;
    net::Admission admission;  // what a SYN would meet there
  };
  /// The error says what there is.
  using Find = std::function<Result<Way>(const std::string& name, std::uint16_t port)>;

  /// Listens on a free port of 127.0.0.1.
  static Result<std::unique_ptr<ConnectDoor>> open(Loop& loop, std::atomic<std::uint64_t>& ids,
                                                   Find find);

  void serve(net::Connection connection) override { tasks_.spawn(run(std::move(connection))); }
  /// A connection that somebody else's socket has accepted.
  void accept(int descriptor) { listener_->adopt(descriptor); }
  /// Resets who has no tunnel yet; all have ended when running() is zero.
  void stop();

  [[nodiscard]] const net::Address& address() const { return listener_->address(); }
  [[nodiscard]] const net::TcpListener& listener() const { return *listener_; }
  /// Tunnels so far.
  [[nodiscard]] std::uint64_t tunnels() const { return tunnels_; }
  [[nodiscard]] std::size_t running() const { return tasks_.running(); }

 private:
  ConnectDoor(Loop& loop, Find find) : loop_(loop), find_(std::move(find)) {}
  Task<void> run(net::Connection connection);
  Task<void> lead(net::Connection& connection, std::string& head);
  Task<bool> read_head(net::Stream& stream, std::string& head);

  Loop& loop_;
  Find find_;
  std::unique_ptr<net::TcpListener> listener_;
  net::LiveConnections live_;
  TaskGroup tasks_;
  std::uint64_t tunnels_ = 0;
};

}  // namespace hoplab::topology
