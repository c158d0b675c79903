#include "http/h1/http1_body.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

void Http1Body::begin(BodyFraming framing, std::uint64_t content_length) {
  framing_ = framing;
  left_ = content_length;
  bytes_taken_ = 0;
  failure_ = Failure::none;
  reader_ = nullptr;
  if (framing == BodyFraming::chunked) {
    decoder_ = ChunkedDecoder();
    trailers_.fields().clear();
  }
  complete_ = framing == BodyFraming::none ||
              (framing == BodyFraming::content_length && content_length == 0);
}

IoResult Http1Body::try_read(std::span<char> into) {
  if (complete_) return {IoStatus::closed, 0};
  if (failure_ != Failure::none) return {IoStatus::failed, 0};
  reader_ = nullptr;
  if (framing_ == BodyFraming::chunked) return read_chunked(into);
  if (framing_ != BodyFraming::content_length) {
    const IoResult result = read_raw(into);
    complete_ = result.status == IoStatus::closed;
    return complete_ ? result : ended(result);
  }
  const auto most = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
  const IoResult result = read_raw(into.first(most));
  left_ -= result.size;
  complete_ = left_ == 0;
  return ended(result);
}

IoResult Http1Body::read_raw(std::span<char> into) {
  if (buffer_.empty()) {
    const IoResult result = stream_.try_read(into);
    if (result.ok()) idle_.touch();
    bytes_taken_ += result.size;
    return result;
  }
  const auto held = buffer_.data();
  const std::size_t count = std::min(held.size(), into.size());
  std::memcpy(into.data(), held.data(), count);
  buffer_.consume(count);
  bytes_taken_ += count;
  return {IoStatus::ok, count};
}

IoResult Http1Body::read_chunked(std::span<char> into) {
  for (;;) {
    if (buffer_.empty()) {
      const IoResult result = buffer_.fill(stream_, kChunkBuffer);
      if (!result.ok()) return ended(result);
      idle_.touch();
    }
    std::size_t consumed = 0;
    const auto piece = decoder_.feed(buffer_.data().substr(0, into.size()), consumed);
    if (piece.status == ChunkedDecoder::Status::data) {
      std::memcpy(into.data(), piece.data.data(), piece.data.size());
    }
    buffer_.consume(consumed);
    bytes_taken_ += consumed;
    switch (piece.status) {
      case ChunkedDecoder::Status::data: return {IoStatus::ok, piece.data.size()};
      case ChunkedDecoder::Status::done:
        complete_ = true;
        decoder_.add_trailers_to(trailers_);
        return {IoStatus::closed, 0};
      case ChunkedDecoder::Status::failed:
        failure_ = Failure::malformed;
        return {IoStatus::failed, 0};
      case ChunkedDecoder::Status::need_more: break;
    }
  }
}

/// An end of the stream is one before the body's.
IoResult Http1Body::ended(IoResult result) {
  if (result.status == IoStatus::failed) failure_ = Failure::reset;
  if (result.status == IoStatus::closed) failure_ = Failure::cut_short;
  return failure_ == Failure::none ? result : IoResult{IoStatus::failed, 0};
}

void Http1Body::watch(WaitSlot* slot) {
  reader_ = slot;
  if (slot && (complete_ || failure_ != Failure::none || !buffer_.empty())) {
    wake(reader_);
  } else {
    stream_.watch_read(slot);
  }
}

std::optional<std::uint64_t> Http1Body::remaining() const {
  if (framing_ == BodyFraming::chunked || framing_ == BodyFraming::until_close) return std::nullopt;
  return left_;
}

void Http1Body::give_up() {
  if (complete_ || failure_ != Failure::none) return;
  failure_ = Failure::stalled;
  wake(reader_);
}

bool Http1Body::discard(std::size_t limit) {
  std::array<char, 4096> sink;
  for (std::size_t dropped = 0; !complete_ && dropped < limit;) {
    const IoResult result = try_read(sink);
    if (!result.ok()) break;
    dropped += result.size;
  }
  return complete_;
}

}  // namespace hoplab::http
