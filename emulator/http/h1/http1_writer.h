// Writing HTTP/1.1 messages: heads as text, bodies pulled from their source, gathered so that a
// small message leaves in one write.
#pragma once

#include "base/bytes.h"
#include "base/idle_timer.h"
#include "http/message.h"
#include "net/stream.h"

namespace hoplab::http {

/// How a message's body is delimited on the wire.
enum class WireFraming : std::uint8_t { none, content_length, chunked, until_close };

/// `HTTP/1.1 200 OK` CRLF, the fields, the framing's field, `Connection: ...`, and the empty line.
/// `content_length` counts with WireFraming::content_length, or when `describes_length` (HEAD,
/// 304).
struct HeadFraming {
  WireFraming framing = WireFraming::none;
  std::uint64_t content_length = 0;
  bool describes_length = false;  // write Content-Length although no body follows
  bool keep_alive = true;
};
void append_response_head(Bytes& out, const Response& response, const HeadFraming& framing);
void append_request_head(Bytes& out, const Request& request, const HeadFraming& framing);
/// A whole interim answer (1xx).
void append_interim(Bytes& out, int status, std::string_view reason, const Headers& headers);

/// Moves one body into a buffer and from there to the stream, without waiting.
class BodyPump {
 public:
  enum class Step : std::uint8_t {
    done,           // the whole body is in the stream
    wait_source,    // the source has nothing now
    wait_stream,    // the stream takes nothing now
    wait_turn,      // enough for one turn: let others run, then go on
    source_failed,  // the body was cut short; what came of it is in the stream
    stream_failed,
  };

  /// Bytes that leave are told to `idle`, which outlives this.
  explicit BodyPump(IdleTimer& idle) : idle_(idle) {}

  /// `source` may be null (no body). `head` leaves first. Of its trailer fields those leave, behind
  /// chunks, that `passes_trailer` (null: all) lets pass and that are not the connection's.
  void begin(BodySource* source, WireFraming framing, Bytes head,
             bool (*passes_trailer)(std::string_view) = nullptr);
  /// Goes on as far as it can.
  Step step(net::Stream& stream);
  /// How many bytes have left since begin().
  [[nodiscard]] std::uint64_t bytes_sent() const noexcept { return bytes_sent_; }
  /// Arms what step() said to wait for.
  void watch(net::Stream& stream, Step waiting_for, WaitSlot* slot);

 private:
  static constexpr std::size_t kGather = 64 * 1024;
  static constexpr std::size_t kTurn = 1024 * 1024;

  net::IoResult pull();
  void append_last_chunk();

  IdleTimer& idle_;
  BodySource* source_ = nullptr;
  WireFraming framing_ = WireFraming::none;
  bool (*passes_trailer_)(std::string_view) = nullptr;
  Bytes buffer_;
  std::size_t sent_ = 0;
  std::uint64_t body_bytes_ = 0;  // pulled
  std::uint64_t bytes_sent_ = 0;
  bool source_done_ = true;
  bool source_failed_ = false;
};

}  // namespace hoplab::http
