// One HTTP/2 connection, client side, for many requests at a time: nghttp2's session on a stream.
//
// Used towards an ALB's targets. run() moves the frames of all requests, both ways at once, so that
// what one of them waits for holds up no other.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/idle_timer.h"
#include "http/h1/http1_client.h"
#include "http/h2/http2_flood.h"
#include "http/message.h"

struct nghttp2_session;

namespace hoplab::http {

class Http2ClientConnection final : public std::enable_shared_from_this<Http2ClientConnection> {
 public:
  /// `idle_timeout`: emulated time without HEADERS or DATA of a request, while it waits for the
  /// peer; and without a request. `scheme` becomes :scheme and is static text. `peer` is its
  /// address, for records. `token` lives as long as the connection.
  Http2ClientConnection(std::unique_ptr<net::Stream> stream, Duration idle_timeout,
                        std::string_view scheme, std::string peer,
                        std::shared_ptr<const void> token);
  ~Http2ClientConnection();

  /// Until the connection is over. Once, and before any request.
  Task<void> run();
  /// Whether it may be given another request now.
  [[nodiscard]] bool takes_requests() const noexcept;
  /// How many are under way.
  [[nodiscard]] std::size_t requests() const noexcept { return exchanges_.size(); }

  /// Sends `request` and reads the answer's head; interim answers go to response.interim. Fields
  /// leave as they are, in lowercase, but for Host, which is the :authority. An answer with a body
  /// leaves it in response.body, which owns the rest of the exchange: dropping it resets the
  /// stream. A stream that the peer resets is target_reset, one that its GOAWAY leaves out
  /// target_closed.
  Task<ExchangeFailure> exchange(Request& request, Response& response);

  /// Takes no more requests, and ends once there is none (GOAWAY and FIN).
  void close();
  /// Ends all requests, and the connection with an RST.
  void reset(const Cause& cause);
  /// Why reset() was called; nothing: it was not.
  [[nodiscard]] std::optional<Reason> cut() const noexcept { return cut_; }
  [[nodiscard]] Loop& loop() noexcept { return stream_->loop(); }

 private:
  friend struct Http2ClientConnectionCallbacks;
  struct Exchange;
  class Body;

  // Requests.
  bool submit(Request& request, const std::shared_ptr<Exchange>& exchange);
  void abandon(Exchange& exchange);
  void over(Exchange& exchange, ExchangeFailure how);
  void forget(std::int32_t id);
  void look_at(Exchange& exchange);
  void look_at_rest();

  // Turns.
  void turn();
  void watch(WaitSlot* slot);
  void write_some();
  bool gather();
  void read_some();
  void fail_all(ExchangeFailure how);
  void wake() { slot_.notify(); }

  std::unique_ptr<net::Stream> stream_;
  Duration idle_timeout_;
  std::string_view scheme_;
  std::string peer_;
  std::shared_ptr<const void> token_;
  WaitSlot slot_;
  IdleTimer at_rest_;
  nghttp2_session* session_;
  std::map<std::int32_t, std::shared_ptr<Exchange>> exchanges_;  // by stream id
  FloodGuard flood_;
  Bytes out_;  // taken from nghttp2, from out_sent_ on not yet by the stream
  std::size_t out_sent_ = 0;
  std::optional<ExchangeFailure> ended_;  // how the connection did
  std::optional<Reason> cut_;
  Time last_read_;         // when the peer last sent anything
  bool draining_ = false;  // it takes no more requests
  bool closing_ = false;   // GOAWAY is sent once there is no request
  bool blocked_ = false;   // the stream takes nothing now
};

}  // namespace hoplab::http
