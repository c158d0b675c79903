// One request of an HTTP/2 connection, from its HEADERS frame until both its stream is closed and
// its handler has run to its end.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "http/h2/http2_body.h"
#include "http/h2/http2_request.h"
#include "http/message.h"

namespace hoplab::http {

/// Read at most, and written about, per turn of a connection.
inline constexpr std::size_t kHttp2TurnBytes = std::size_t{64} * 1024;

struct Http2Stream;

/// The connection, as its streams know it.
class StreamOwner : public CreditSink {
 public:
  virtual void send_interim(Http2Stream& stream, int status, const Headers& headers) = 0;
};

struct Http2Stream final : ClientWatch, InterimSink {
  Http2Stream(StreamOwner& its_owner, Loop& loop, std::int32_t stream_id)
      : owner(its_owner),
        id(stream_id),
        body(its_owner, stream_id),
        slot(loop),
        last_moved(loop.now()) {}
  ~Http2Stream() override {
    if (response.body) response.body->watch(nullptr);
  }

  // ClientWatch.
  bool gone() override { return closed; }
  void watch(WaitSlot* watcher) override {
    client_watcher = watcher;
    if (closed) wake_watcher();
  }
  void wake_watcher() {
    if (client_watcher) std::exchange(client_watcher, nullptr)->notify();
  }

  void interim(int status, std::string_view, const Headers& headers) override {
    if (!closed) owner.send_interim(*this, status, headers);
  }

  /// Request and answer have both passed, whole.
  [[nodiscard]] bool complete() const { return sent && request_ended; }
  /// What is left of the request fits into the window that it has: the client will send it without
  /// reading anything more.
  [[nodiscard]] bool rest_is_short() const {
    constexpr std::uint64_t kShort = 32 * 1024;
    const auto length = head.content_length();
    return length && *length - std::min(*length, received) <= kShort;
  }
  /// Waits for somebody other than the client: the idle timer does not count that.
  [[nodiscard]] bool busy() const { return handling || deferred; }

  StreamOwner& owner;
  const std::int32_t id;
  std::size_t index = 0;  // its place among the connection's streams
  Http2RequestHead head;
  Request request;
  Response response;
  Http2Body body;
  WaitSlot slot;  // its task waits here while the answer's body has nothing
  WaitSlot* client_watcher = nullptr;
  Time last_moved;                                               // HEADERS or DATA, either way
  std::uint64_t received = 0;                                    // bytes of the request's body
  std::uint64_t frame_bytes_received = 0, frame_bytes_sent = 0;  // HEADERS and DATA
  std::size_t text_sent = 0;
  std::size_t trailer_size = 0;
  std::array<char, 3> status_text{};
  bool has_body = false;       // DATA frames follow the head
  bool request_ended = false;  // END_STREAM was received
  bool body_unwanted = false;  // nobody reads the request's body any more
  bool queued = false;         // complete, and its task is about to start
  bool running = false;        // its task runs
  bool begun = false;          // its task has begun to run
  bool handling = false;       // the handler has it
  bool answered = false;       // the answer's head was submitted
  bool deferred = false;       // the answer's body had nothing
  bool sent = false;           // the answer was sent to its end
  bool truncated = false;      // the answer's body broke off
  bool closed = false;         // nothing will be sent or received any more
  std::optional<Reason> why;   // it did not end by the target's whole answer
};

}  // namespace hoplab::http
