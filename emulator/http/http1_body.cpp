#include "http/http1_body.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

void Http1Body::begin(BodyFraming framing, std::uint64_t content_length) {
  framing_ = framing;
  left_ = content_length;
  bytes_read_ = 0;
  decoder_ = ChunkedDecoder();
  complete_ = framing == BodyFraming::none ||
              (framing == BodyFraming::content_length && content_length == 0);
}

IoResult Http1Body::try_read(std::span<char> into) {
  if (complete_) return {IoStatus::closed, 0};
  IoResult result;
  switch (framing_) {
    case BodyFraming::chunked:
      result = read_chunked(into);
      break;
    case BodyFraming::content_length:
      result = read_raw(into.first(static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_))));
      left_ -= result.size;
      complete_ = left_ == 0;
      if (result.status == IoStatus::closed) result.status = IoStatus::failed;  // cut short
      break;
    default:
      result = read_raw(into);
      complete_ = result.status == IoStatus::closed;
  }
  bytes_read_ += result.size;
  return result;
}

IoResult Http1Body::read_raw(std::span<char> into) {
  if (buffer_.empty()) return stream_.try_read(into);
  const auto held = buffer_.data();
  const std::size_t count = std::min(held.size(), into.size());
  std::memcpy(into.data(), held.data(), count);
  buffer_.consume(count);
  return {IoStatus::ok, count};
}

IoResult Http1Body::read_chunked(std::span<char> into) {
  for (;;) {
    if (buffer_.empty()) {
      IoResult result = buffer_.fill(stream_, kChunkBuffer);
      if (result.status == IoStatus::closed) result.status = IoStatus::failed;  // cut short
      if (!result.ok()) return result;
    }
    std::size_t consumed = 0;
    const auto piece = decoder_.feed(buffer_.data().substr(0, into.size()), consumed);
    if (piece.status == ChunkedDecoder::Status::data) {
      std::memcpy(into.data(), piece.data.data(), piece.data.size());
    }
    buffer_.consume(consumed);
    switch (piece.status) {
      case ChunkedDecoder::Status::data: return {IoStatus::ok, piece.data.size()};
      case ChunkedDecoder::Status::done: complete_ = true; return {IoStatus::closed, 0};
      case ChunkedDecoder::Status::failed: return {IoStatus::failed, 0};
      case ChunkedDecoder::Status::need_more: break;
    }
  }
}

void Http1Body::watch(WaitSlot* slot) {
  if (slot && (complete_ || !buffer_.empty())) {
    slot->notify();
  } else {
    stream_.watch_read(slot);
  }
}

std::optional<std::uint64_t> Http1Body::remaining() const {
  if (framing_ == BodyFraming::chunked || framing_ == BodyFraming::until_close) return std::nullopt;
  return left_;
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
