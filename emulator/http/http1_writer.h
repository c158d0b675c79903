// Writing HTTP/1.1 messages: heads as text, bodies pulled from their source, gathered so that a small
// message leaves in one write.
#pragma once

#include "base/bytes.h"
#include "http/message.h"
#include "net/stream.h"

namespace hoplab::http {

/// How a message's body is delimited on the wire.
enum class WireFraming : std::uint8_t { none, content_length, chunked, until_close };

/// `HTTP/1.1 200 OK` CRLF, the fields, the framing's field, `Connection: ...`, and the empty line.
/// `content_length` counts with WireFraming::content_length, or when `describes_length` (HEAD, 304).
struct HeadFraming {
  WireFraming framing = WireFraming::none;
  std::uint64_t content_length = 0;
  bool describes_length = false;  // write Content-Length although no body follows
  bool keep_alive = true;
};
void append_response_head(Bytes& out, const Response& response, const HeadFraming& framing);
void append_request_head(Bytes& out, const Request& request, const HeadFraming& framing);

/// Moves one body into a buffer and from there to the stream, without waiting.
class BodyPump {
 public:
  enum class Step : std::uint8_t {
    done,          // the whole body is in the stream
    wait_source,   // the source has nothing now
    wait_stream,   // the stream takes nothing now
    wait_turn,     // enough for one turn: let others run, then go on
    source_failed, // the body was cut short
    stream_failed,
  };

  /// `source` may be null (no body). `head` leaves first.
  void begin(BodySource* source, WireFraming framing, Bytes head);
  /// Goes on as far as it can.
  Step step(net::Stream& stream);
  /// Arms what step() said to wait for.
  void watch(net::Stream& stream, Step waiting_for, WaitSlot* slot);
  [[nodiscard]] std::uint64_t body_bytes() const noexcept { return body_bytes_; }

 private:
  static constexpr std::size_t kGather = 64 * 1024;
  static constexpr std::size_t kTurn = 1024 * 1024;

  net::IoResult pull();

  BodySource* source_ = nullptr;
  WireFraming framing_ = WireFraming::none;
  Bytes buffer_;
  std::size_t sent_ = 0;
  std::uint64_t body_bytes_ = 0;
  bool source_done_ = true;
};

}  // namespace hoplab::http
