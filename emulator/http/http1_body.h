// The body of an HTTP/1.1 message as it is read: by length, by chunks, or to the end of the stream.
#pragma once

#include "http/chunked.h"
#include "http/http1_parser.h"
#include "http/read_buffer.h"

namespace hoplab::http {

/// Reads what the buffer holds first, then the stream. Both must outlive it.
class Http1Body final : public BodySource {
 public:
  Http1Body(net::Stream& stream, ReadBuffer& buffer) : stream_(stream), buffer_(buffer) {}

  void begin(BodyFraming framing, std::uint64_t content_length);

  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* slot) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override;

  /// All of it was read.
  [[nodiscard]] bool complete() const noexcept { return complete_; }
  /// Reads and drops what is there now, at most `limit` bytes; true when that was all of the body.
  bool discard(std::size_t limit);
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }

 private:
  net::IoResult read_raw(std::span<char> into);
  net::IoResult read_chunked(std::span<char> into);

  static constexpr std::size_t kChunkBuffer = 16 * 1024;

  net::Stream& stream_;
  ReadBuffer& buffer_;
  BodyFraming framing_ = BodyFraming::none;
  std::uint64_t left_ = 0;
  std::uint64_t bytes_read_ = 0;
  ChunkedDecoder decoder_;
  bool complete_ = true;
};

}  // namespace hoplab::http
