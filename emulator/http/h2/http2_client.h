// One HTTP/2 connection, client side, for one request: nghttp2's session on a net::Stream.
//
// Used by the built-in client of scenario checks. Nothing runs by itself: exchange() and then
// whoever reads body() move the frames.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "http/h1/http1_client.h"
#include "http/message.h"

struct nghttp2_session;

namespace hoplab::http {

class Http2Client final : private BodySource {
 public:
  /// `idle_timeout`: emulated time without a byte of the request or the answer, as Http1Client's;
  /// PING and SETTINGS do not count. `scheme` becomes :scheme and is static text.
  Http2Client(std::unique_ptr<net::Stream> stream, Duration idle_timeout, std::string_view scheme);
  ~Http2Client() override;

  /// Once. Sends `request` and reads the answer's head; body() has the body. Fields leave as they
  /// are, in lowercase, but for the first Host: it is the :authority when request.authority is
  /// empty, and does not leave beside one. The failures are Http1Client's: a stream that the peer
  /// resets is target_reset, one that its GOAWAY leaves out is target_closed, and a request that
  /// cannot be sent at all is client_gone; refusal() has more. request.body must live until the
  /// answer's body was read or close() was called.
  Task<ExchangeFailure> exchange(Request& request, Response& response);

  /// The body of the answer while it is not complete; null otherwise.
  [[nodiscard]] BodySource* body() noexcept { return head_done_ && !complete() ? this : nullptr; }
  /// "GOAWAY(ENHANCE_YOUR_CALM)", "RST_STREAM(CANCEL)": what the peer said to end the connection or
  /// the stream, or why the request did not leave; empty when there is nothing to say.
  [[nodiscard]] const std::string& refusal() const noexcept { return refusal_; }
  /// GOAWAY (RFC 9113 6.8) and FIN; gives up what is still under way.
  void close();
  [[nodiscard]] net::Stream& stream() noexcept { return *stream_; }
  [[nodiscard]] Time last_activity() const noexcept { return last_activity_; }

 private:
  friend struct Http2ClientCallbacks;

  // The answer's body.
  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* slot) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_; }
  [[nodiscard]] const Headers* trailers() const override {
    return trailers_.fields().empty() ? nullptr : &trailers_;
  }
  [[nodiscard]] bool complete() const noexcept { return end_stream_ && unread() == 0; }
  [[nodiscard]] std::size_t unread() const noexcept { return held_.size() - held_begin_; }

  // Turns.
  bool submit(Request& request);
  void turn();
  void write_some();
  bool gather();
  void read_some();
  void look_at_idle();
  [[nodiscard]] std::optional<ExchangeFailure> outcome() const;

  // What nghttp2 reports.
  void head_begins();
  bool add_field(std::string_view name, std::string_view value);
  void head_ends();
  void refuse(ExchangeFailure failure, std::string said) {
    refused_ = failure;
    refusal_ = std::move(said);
  }

  void touch() { last_activity_ = stream_->loop().now(); }

  std::unique_ptr<net::Stream> stream_;
  Duration idle_timeout_;
  std::string_view scheme_;
  WaitSlot slot_;
  Timer idle_;
  Time last_activity_;
  nghttp2_session* session_;
  std::int32_t stream_id_ = -1;

  BodySource* source_ = nullptr;  // the request's body while there is more of it
  Response* response_ = nullptr;  // during exchange()
  bool to_head_ = false;          // the request is HEAD
  std::size_t head_size_ = 0;     // as HTTP/1.1 would write it
  Bytes out_;                     // taken from nghttp2, from out_sent_ on not yet by the stream
  std::size_t out_sent_ = 0;
  Bytes held_;  // the answer's body, unread from held_begin_ on: a window at most
  std::size_t held_begin_ = 0;
  std::optional<std::uint64_t> left_;
  Arena trailer_text_;
  Headers trailers_;
  std::string refusal_;

  std::optional<ExchangeFailure> refused_;  // the stream closed before a head
  std::optional<net::IoStatus> read_end_;   // how the peer ended the connection
  bool head_open_ = false;                  // a header block has begun and not ended
  bool head_done_ = false;
  bool end_stream_ = false;  // the answer came to its end
  bool closed_ = false;      // the stream is over
  bool malformed_ = false;   // not HTTP/2, or a head over the limit
  bool source_failed_ = false;
  bool deferred_ = false;  // the request's body had nothing
  bool blocked_ = false;   // the stream takes nothing now
  bool write_failed_ = false;
  bool expired_ = false;
};

}  // namespace hoplab::http
