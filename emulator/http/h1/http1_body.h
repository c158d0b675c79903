// The body of an HTTP/1.1 message as it is read: by length, by chunks, or to the end of the stream.
#pragma once

#include "base/idle_timer.h"
#include "http/h1/chunked.h"
#include "http/h1/http1_parser.h"
#include "http/h1/read_buffer.h"

namespace hoplab::http {

/// Reads what the buffer holds first, then the stream. All must outlive it.
class Http1Body final : public BodySource {
 public:
  /// How it broke off.
  enum class Failure : std::uint8_t {
    none,
    malformed,  // chunks that are none
    cut_short,  // FIN
    reset,      // RST
    stalled,    // give_up(): nothing came for too long
  };

  Http1Body(net::Stream& stream, ReadBuffer& buffer, IdleTimer& idle)
      : stream_(stream), buffer_(buffer), idle_(idle) {}

  void begin(BodyFraming framing, std::uint64_t content_length);

  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* slot) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;
  [[nodiscard]] const Headers* trailers() const override {
    return trailers_.fields().empty() ? nullptr : &trailers_;
  }

  /// How many bytes of it were taken from the wire, chunks' own included.
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return bytes_taken_; }
  /// All of it was read.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  [[nodiscard]] Failure failure() const noexcept { return failure_; }
  /// Its reader has taken what there was, and waits.
  [[nodiscard]] bool awaited() const noexcept { return reader_ != nullptr; }
  /// What has not come by now will not be waited for: tells its reader.
  void give_up();
  /// Reads and drops what is there now, at most `limit` bytes; true when that was all of the body.
  bool discard(std::size_t limit);

 private:
  net::IoResult read_raw(std::span<char> into);
  net::IoResult read_chunked(std::span<char> into);
  net::IoResult ended(net::IoResult result);

  static constexpr std::size_t kChunkBuffer = 16 * 1024;

  net::Stream& stream_;
  ReadBuffer& buffer_;
  IdleTimer& idle_;
  BodyFraming framing_ = BodyFraming::none;
  std::uint64_t left_ = 0;
  std::uint64_t bytes_taken_ = 0;
  ChunkedDecoder decoder_;
  Headers trailers_;
  WaitSlot* reader_ = nullptr;
  Failure failure_ = Failure::none;
  bool complete_ = true;
};

}  // namespace hoplab::http
