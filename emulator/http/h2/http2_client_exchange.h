// A request of an Http2ClientConnection, and its answer.
#pragma once

#include <algorithm>
#include <cstring>

#include <nghttp2/nghttp2.h>

#include "http/h2/http2_client_connection.h"

namespace hoplab::http {

/// A request, and its answer as far as it has come.
struct Http2ClientConnection::Exchange {
  explicit Exchange(Http2ClientConnection& connection)
      : began(connection.loop().now()),
        head_slot(connection.loop()),
        idle(connection.loop(), connection.idle_timeout_,
             [&connection, this] { connection.look_at(*this); }) {}

  [[nodiscard]] std::size_t unread() const noexcept { return held.size() - held_begin; }
  /// It waits for the one who sends the request, not for the peer.
  [[nodiscard]] bool waits_for_client() const noexcept {
    return (source && deferred) || (head_done && unread() > 0);
  }

  const Time began;
  std::int32_t id = -1;
  BodySource* source = nullptr;  // the request's body while there is more of it
  bool (*passes_trailer)(std::string_view) = nullptr;
  Response* response = nullptr;  // until its head is there
  WaitSlot head_slot;
  WaitSlot* reader = nullptr;  // of the answer's body
  WaitSlot* pusher = nullptr;  // who waits for the end of the request
  IdleTimer idle;
  std::size_t head_size = 0;  // as HTTP/1.1 would write it
  Bytes held;                 // the answer's body, unread from held_begin on: a window at most
  std::size_t held_begin = 0;
  std::optional<std::uint64_t> left;
  Arena trailer_text;
  Headers trailers;
  std::size_t trailer_size = 0;
  std::optional<ExchangeFailure> failure;  // it ended before its answer did
  bool to_head = false;                    // the request is HEAD
  bool head_done = false;
  bool end_stream = false;  // the answer came to its end
  bool deferred = false;    // the request's body had nothing
};

/// The answer's body; it owns the exchange.
class Http2ClientConnection::Body final : public ResponseBody {
 public:
  Body(std::shared_ptr<Http2ClientConnection> connection, std::shared_ptr<Exchange> exchange)
      : connection_(std::move(connection)), exchange_(std::move(exchange)) {}
  ~Body() override { connection_->abandon(*exchange_); }

  net::IoResult try_read(std::span<char> into) override {
    Exchange& one = *exchange_;
    const std::size_t count = std::min(into.size(), one.unread());
    if (count > 0) {
      std::memcpy(into.data(), one.held.data() + one.held_begin, count);
      one.held_begin += count;
      if (one.unread() == 0) {
        one.held.clear();
        one.held_begin = 0;
      }
      if (one.left) *one.left -= std::min<std::uint64_t>(count, *one.left);
      one.idle.touch();
      nghttp2_session_consume(connection_->session_, one.id, count);
      if (nghttp2_session_want_write(connection_->session_)) connection_->wake();
      return {net::IoStatus::ok, count};
    }
    if (one.end_stream) return {net::IoStatus::closed, 0};
    return {one.failure ? net::IoStatus::failed : net::IoStatus::would_block, 0};
  }
  void watch(WaitSlot* slot) override {
    Exchange& one = *exchange_;
    one.reader = slot;
    if (slot && (one.unread() > 0 || one.end_stream || one.failure)) hoplab::wake(one.reader);
  }
  /// Whoever knows that nothing is left does not look for trailers: these may still come.
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    const Exchange& one = *exchange_;
    const bool open = one.left == std::uint64_t{0} && (!one.end_stream || trailers());
    return open ? std::nullopt : one.left;
  }
  [[nodiscard]] const Headers* trailers() const override {
    return exchange_->trailers.fields().empty() ? nullptr : &exchange_->trailers;
  }
  bool push_request() override { return !exchange_->source; }
  void watch_request(WaitSlot* slot) override {
    exchange_->pusher = slot;
    if (slot && !exchange_->source) hoplab::wake(exchange_->pusher);
  }
  [[nodiscard]] std::string target() const override { return connection_->peer_; }
  [[nodiscard]] Reason failure() const override {
    if (connection_->cut_) return *connection_->cut_;
    switch (exchange_->failure.value_or(ExchangeFailure::target_closed)) {
      case ExchangeFailure::target_reset: return Reason::target_reset;
      case ExchangeFailure::malformed:
      case ExchangeFailure::head_too_large: return Reason::target_malformed_response;
      case ExchangeFailure::timeout: return Reason::target_timeout;
      default: return Reason::response_truncated;
    }
  }

 private:
  std::shared_ptr<Http2ClientConnection> connection_;
  std::shared_ptr<Exchange> exchange_;
};

/// nghttp2's session of a connection, with what it calls back.
nghttp2_session* new_http2_client_session(Http2ClientConnection& connection);
/// nghttp2_data_source_read_callback, of each request's body.
ssize_t read_http2_request_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                                std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                                void* user);

}  // namespace hoplab::http
