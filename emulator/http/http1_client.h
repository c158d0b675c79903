// One HTTP/1.1 connection, client side: requests one after the other on a stream.
//
// Used towards an ALB's targets, by health checks, and by the built-in client of scenario checks.
#pragma once

#include <memory>

#include "http/http1_body.h"
#include "http/http1_writer.h"
#include "http/message.h"

namespace hoplab::http {

enum class ExchangeFailure : std::uint8_t {
  none,
  target_closed,      // FIN before a whole response head
  target_reset,       // RST before a whole response head
  malformed,          // not HTTP, or a head over the limit
  timeout,            // silent for the idle timeout
  client_gone,        // whoever sent the request is gone
};

class Http1Client {
 public:
  /// `idle_timeout`: emulated time without a byte, in or out, while a request is under way.
  Http1Client(std::unique_ptr<net::Stream> stream, Duration idle_timeout);

  /// Sends `request` (its fields as they are, plus framing) and reads the response's head. A small
  /// body that has arrived with it is in response.text; otherwise body() has it.
  Task<ExchangeFailure> exchange(Request& request, Response& response);

  /// The body of the last response while it is not complete; null otherwise.
  [[nodiscard]] BodySource* body() noexcept { return body_.complete() ? nullptr : &body_; }
  /// The last exchange is over and the connection may take another.
  [[nodiscard]] bool reusable() const noexcept;
  /// False when the peer has ended it, or has sent what nobody asked for. Costs a read.
  [[nodiscard]] bool alive();
  [[nodiscard]] net::Stream& stream() noexcept { return *stream_; }
  /// Another idle timeout, from now on.
  void set_timeout(Duration idle_timeout) {
    idle_timeout_ = idle_timeout;
    idle_.after(idle_timeout_);
  }
  [[nodiscard]] Time last_activity() const noexcept { return last_activity_; }

 private:
  BodyPump::Step send_some();
  bool read_head(Request& request, Response& response, ExchangeFailure& failure);
  bool take_head(std::size_t size, Request& request, Response& response, ExchangeFailure& failure);
  void watch_all(Request& request, BodyPump::Step step, WaitSlot* slot);
  void look_at_idle();
  void touch() { last_activity_ = stream_->loop().now(); }

  std::unique_ptr<net::Stream> stream_;
  Duration idle_timeout_;
  WaitSlot slot_;
  ReadBuffer buffer_;
  Http1Body body_;
  BodyPump pump_;
  Timer idle_;
  Time last_activity_;
  bool in_flight_ = false;
  bool sent_ = false;
  bool keep_alive_ = true;
  bool expired_ = false;
};

}  // namespace hoplab::http
