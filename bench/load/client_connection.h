// One non-blocking client connection, with TLS or without: connect, handshake, bytes, and how it
// ended.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "load/event_loop.h"
#include "load/tls_setup.h"

namespace hoplab::bench {

// How a connection ended, as this side of the wire saw it.
struct Ending {
  enum class Kind { kRst, kFin, kCloseNotify, kAlert, kTlsError, kConnectFailed, kOther };
  Kind kind = Kind::kOther;
  bool after_handshake = false;
  std::string detail;  // "rst", "fin", "alert:44", ...: stable, used as a counter's name
};

class ClientConnection final : public EventHandler {
 public:
  // Told what happens. Every call may open(), send() on or close() the connection.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void on_connected() = 0;
    virtual void on_bytes(std::string_view bytes) = 0;
    virtual void on_turn_done() {}  // all bytes that were there have been given
    virtual void on_ended(const Ending& ending) = 0;
  };

  // All three must outlive the connection. Without a `context` there is no TLS.
  ClientConnection(EventLoop& loop, SSL_CTX* context, Owner& owner);
  ~ClientConnection() override;
  ClientConnection(const ClientConnection&) = delete;
  ClientConnection& operator=(const ClientConnection&) = delete;

  // Starts anew, closing what was open. `certificate` and its `key`, if any, replace the context's
  // own; it is by the same issuer.
  void open(const sockaddr_in& address, const std::string& sni, X509* certificate = nullptr,
            EVP_PKEY* key = nullptr);
  void send(std::string_view bytes);
  void close();  // close_notify, then FIN; the owner is not told
  bool is_open() const { return state_ == State::kOpen; }
  const SSL* ssl() const { return ssl_.get(); }

  void on_event(std::uint32_t epoll_events) override;

 private:
  enum class State { kClosed, kConnecting, kHandshake, kOpen };
  bool finish_connect(std::uint32_t epoll_events);
  bool advance_handshake();
  void flush();
  int write(std::string_view bytes);
  int read(std::span<char> into);
  bool must_wait(int result) const;
  void read_all();
  Ending ending_of(int result) const;
  void end(const Ending& ending);

  EventLoop& loop_;
  SSL_CTX* context_;
  Owner& owner_;
  Owned<SSL> ssl_;
  int fd_ = -1;
  State state_ = State::kClosed;
  std::uint64_t generation_ = 0;  // changes with each open() and close()
  std::string unsent_;
};

}  // namespace hoplab::bench
