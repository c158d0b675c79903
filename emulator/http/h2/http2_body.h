// The body of an HTTP/2 request: DATA frames wait here until the handler reads them.
//
// Credit for the windows goes back only as bytes are read (RFC 9113 6.9), so what is held is
// bounded by the stream's window.
#pragma once

#include "base/bytes.h"
#include "http/message.h"

namespace hoplab::http {

/// Takes back the credit of bytes that were read.
class CreditSink {
 public:
  virtual ~CreditSink() = default;
  virtual void consumed(std::int32_t stream_id, std::size_t bytes) = 0;
};

class Http2Body final : public BodySource {
 public:
  Http2Body(CreditSink& credit, std::int32_t stream_id) : credit_(credit), stream_id_(stream_id) {}

  /// `content_length` as the request's head says it.
  void begin(std::optional<std::uint64_t> content_length) { left_ = content_length; }

  // From the connection.
  void append(std::string_view data);
  void add_trailer(std::string_view name, std::string_view value);
  void finish();  // END_STREAM: no more will come
  /// What has not come by now will not be waited for: tells the reader.
  void give_up();
  /// Reset, or the connection is over, or nobody reads on: what was not read is lost, and its size
  /// returned. A body that was read to its end stays complete.
  [[nodiscard]] std::size_t fail();

  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* slot) override;
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_; }
  [[nodiscard]] const Headers* trailers() const override {
    return trailers_.fields().empty() ? nullptr : &trailers_;
  }
  /// Its reader has taken what there was, and waits.
  [[nodiscard]] bool awaited() const { return reader_ != nullptr; }
  /// give_up() came before its end.
  [[nodiscard]] bool stalled() const { return stalled_; }

 private:
  enum class End : std::uint8_t { open, finished, failed };

  [[nodiscard]] bool readable() const { return held_.size() > begin_ || end_ != End::open; }
  void release() {
    held_ = Bytes();
    begin_ = 0;
  }
  void wake() {
    if (reader_) std::exchange(reader_, nullptr)->notify();
  }

  CreditSink& credit_;
  std::int32_t stream_id_;
  End end_ = End::open;
  Bytes held_;  // from begin_ on; no memory while empty
  std::size_t begin_ = 0;
  std::optional<std::uint64_t> left_;
  WaitSlot* reader_ = nullptr;
  Arena trailer_text_;
  Headers trailers_;
  bool stalled_ = false;
};

}  // namespace hoplab::http
