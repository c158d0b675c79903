// TcpListener: accepts on one address and gives each connection, with its journal, to a handler.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "net/admission.h"
#include "net/connection.h"
#include "net/socket_source.h"

namespace hoplab::net {

class TcpListener {
 public:
  struct Options {
    std::string ip;                   // IPv4
    std::uint16_t port = 0;           // 0: any free port
    bool reuse_port = false;          // several loops accept on one address
    Admission admission;              // from the first moment
    SocketSource* sockets = nullptr;  // outlives the listener; null: the host's
    JournalSink* sink = nullptr;      // of connections that are ended here; null: nobody is told
  };

  /// Binds and listens; nothing is accepted before start(). A connection for which the process has
  /// no descriptor left is reset, cause out_of_descriptors; one descriptor is kept back for that.
  static Result<std::unique_ptr<TcpListener>> open(Loop& loop, const Options& options,
                                                   std::atomic<std::uint64_t>& ids);
  ~TcpListener();

  void start(ConnectionHandler& handler);
  /// Of one that was started: another takes the connections from now on. Null: nobody, until it is
  /// started anew.
  void hand_to(ConnectionHandler* handler);
  /// A connection that another socket has accepted, and that becomes this one's, in a loop's
  /// thread.
  void adopt(int descriptor);
  void stop();
  /// For SYNs from now on; connections that are there are left alone. The address stays ours while
  /// it refuses. The error says what the kernel did not let us do.
  Result<void> admit(const Admission& admission);
  /// Packets that were dropped; a client sends its SYN again when nothing comes back.
  [[nodiscard]] std::uint64_t dropped() const noexcept;
  [[nodiscard]] const Address& address() const noexcept;
  /// Journals of connections that are not over, oldest first.
  [[nodiscard]] std::vector<std::shared_ptr<const Journal>> live() const;
  /// Connections accepted so far. Thread-safe.
  [[nodiscard]] std::uint64_t accepted() const noexcept;

 private:
  struct Impl;
  explicit TcpListener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace hoplab::net
