// One HTTP/1.1 connection, client side: requests one after the other on a stream.
//
// Used towards an ALB's targets, by health checks, and by the built-in client of scenario checks.
#pragma once

#include <memory>

#include "base/journal.h"
#include "http/h1/http1_body.h"
#include "http/h1/http1_writer.h"
#include "http/message.h"

namespace hoplab::http {

enum class ExchangeFailure : std::uint8_t {
  none,
  target_closed,   // FIN before a whole response head
  target_reset,    // RST before a whole response head
  malformed,       // not HTTP
  head_too_large,  // a response head over the limit
  timeout,         // silent for the idle timeout
  client_gone,     // whoever sent the request is gone
  request_failed,  // the request's body broke off; who received it knows why
};

class Tunnel;

class Http1Client {
 public:
  /// `idle_timeout`: emulated time without a byte, in or out, while somebody waits for the peer.
  /// `peer` is the other end's record, when it is in this process; else null.
  Http1Client(std::unique_ptr<net::Stream> stream, Duration idle_timeout,
              std::shared_ptr<const Journal> peer = nullptr);
  ~Http1Client();

  /// Sends `request` (its fields as they are, plus framing) and reads the response's head; interim
  /// answers go to response.interim. A small body that has arrived with it is in response.text;
  /// otherwise body() has it. A peer may answer before it has read the whole request: then push()
  /// sends the rest, and the request and its body must live until it says that nothing is left.
  Task<ExchangeFailure> exchange(Request& request, Response& response);

  /// Sends what can be sent of the last request's body, without waiting. True when nothing is left
  /// to send, or the peer takes no more, or the body broke off.
  bool push();
  /// One-shot: wakes `slot` when push() may do better; nullptr forgets.
  void watch_push(WaitSlot* slot);
  /// The body of the last response while it is not complete; null otherwise.
  [[nodiscard]] BodySource* body() noexcept { return body_.complete() ? nullptr : &body_; }
  /// Why that body broke off.
  [[nodiscard]] Reason body_failure() const noexcept;

  /// The last exchange is over and the connection may take another.
  [[nodiscard]] bool reusable() const noexcept;
  /// False when the peer has ended it, or has sent what nobody asked for. Costs a read.
  [[nodiscard]] bool alive();
  /// Between requests: wakes `slot` once when alive() may have become false, by the peer or because
  /// the idle timeout is over; nullptr forgets.
  void watch_rest(WaitSlot* slot);

  /// After an answer of 101: what moves bytes between this connection, which it owns from then on,
  /// and a client's. `idle_timeout`: without a byte either way. The last call.
  std::unique_ptr<Tunnel> take_over(Duration idle_timeout);

  /// Keeps `token` for as long as the connection is there: its owner counts them by it.
  void carry(std::shared_ptr<const void> token) { token_ = std::move(token); }
  [[nodiscard]] net::Stream& stream() noexcept { return *stream_; }
  [[nodiscard]] const Journal* peer() const noexcept { return peer_.get(); }
  /// Another idle timeout, from now on.
  void set_timeout(Duration idle_timeout) { idle_.restart(idle_timeout); }
  [[nodiscard]] Time last_activity() const noexcept { return idle_.last_byte(); }

 private:
  bool read_head(Request& request, Response& response, ExchangeFailure& failure);
  bool take_head(std::size_t size, Request& request, Response& response, ExchangeFailure& failure);
  bool take_interim(std::size_t size, Response& response);
  void watch_all(Request& request, WaitSlot* slot);
  [[nodiscard]] bool waits_for_client() const noexcept;
  void look_at_idle();

  std::unique_ptr<net::Stream> stream_;
  std::shared_ptr<const Journal> peer_;
  std::shared_ptr<const void> token_;
  WaitSlot slot_;
  WaitSlot* resting_ = nullptr;  // whoever is to hear of the end of a connection at rest
  IdleTimer idle_;
  ReadBuffer buffer_;
  Http1Body body_;
  BodyPump pump_;
  BodyPump::Step sending_ = BodyPump::Step::done;  // how far the request is
  bool in_flight_ = false;                         // in exchange()
  bool used_ = false;                              // there was a request
  bool keep_alive_ = true;
  bool expired_ = false;
};

}  // namespace hoplab::http
