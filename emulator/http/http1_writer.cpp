#include "http/http1_writer.h"

#include <algorithm>
#include <charconv>

#include "http/chunked.h"

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

namespace {

/// Room for one piece of a body of unknown length.
constexpr std::uint64_t kUnknownPiece = 16 * 1024;

void append_number(Bytes& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append({digits, end});
}

void append_fields(Bytes& out, const Headers& headers) {
  std::size_t size = out.size() + 128;
  for (const Field& field : headers.fields()) size += field.name.size() + field.value.size() + 4;
  out.reserve(size);
  for (const Field& field : headers.fields()) {
    out.append(field.name);
    out.append(": ");
    out.append(field.value);
    out.append("\r\n");
  }
}

void append_framing(Bytes& out, const HeadFraming& framing) {
  if (framing.framing == WireFraming::chunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (framing.framing == WireFraming::content_length || framing.describes_length) {
    out.append("Content-Length: ");
    append_number(out, framing.content_length);
    out.append("\r\n");
  }
}

}  // namespace

void append_response_head(Bytes& out, const Response& response, const HeadFraming& framing) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(response.status));
  out.append(" ");
  out.append(response.reason.empty() ? reason_phrase(response.status) : response.reason);
  out.append("\r\n");
  append_fields(out, response.headers);
  append_framing(out, framing);
  out.append(framing.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

void append_request_head(Bytes& out, const Request& request, const HeadFraming& framing) {
  out.append(request.method);
  out.append(" ");
  out.append(request.target);
  out.append(" HTTP/1.1\r\n");
  append_fields(out, request.headers);
  append_framing(out, framing);
  if (!framing.keep_alive) out.append("Connection: close\r\n");
  out.append("\r\n");
}

void BodyPump::begin(BodySource* source, WireFraming framing, Bytes head) {
  source_ = source;
  framing_ = framing;
  buffer_ = std::move(head);
  sent_ = 0;
  body_bytes_ = 0;
  source_done_ = !source || framing == WireFraming::none;
}

BodyPump::Step BodyPump::step(net::Stream& stream) {
  for (const std::uint64_t begun = body_bytes_; body_bytes_ - begun < kTurn;) {
    IoResult pulled{IoStatus::ok, 0};
    while (!source_done_ && buffer_.size() < kGather && pulled.ok()) pulled = pull();
    if (pulled.status == IoStatus::failed) return Step::source_failed;
    while (sent_ < buffer_.size()) {
      const IoResult written = stream.try_write(buffer_.view(sent_));
      if (written.ended()) return Step::stream_failed;
      if (written.would_block()) return Step::wait_stream;
      sent_ += written.size;
    }
    sent_ = 0;
    if (source_done_) {
      buffer_.release();
      return stream.try_flush() ? Step::done : Step::wait_stream;
    }
    buffer_.clear();
    if (pulled.would_block()) return Step::wait_source;
  }
  return Step::wait_turn;
}

IoResult BodyPump::pull() {
  const std::size_t begin = buffer_.size();
  const bool chunked = framing_ == WireFraming::chunked;
  constexpr std::size_t kHeaderRoom = 8;  // "10000\r\n" and one to spare
  const std::size_t room = static_cast<std::size_t>(
      std::min<std::uint64_t>(kGather - begin, source_->remaining().value_or(kUnknownPiece)));
  const std::size_t data_at = begin + (chunked ? kHeaderRoom : 0);
  buffer_.resize(data_at + std::max<std::size_t>(room, 1));  // reading at the end says "closed"
  const IoResult result = source_->try_read({buffer_.data() + data_at, buffer_.size() - data_at});
  buffer_.resize(data_at + result.size);
  if (chunked) {
    if (result.size) {
      ChunkHeaderBuffer text;
      const auto header = chunk_header(result.size, text);
      std::ranges::copy(header, buffer_.data() + begin);
      buffer_.erase(begin + header.size(), kHeaderRoom - header.size());
      buffer_.append(kChunkEnd);
    } else {
      buffer_.resize(begin);
    }
  }
  body_bytes_ += result.size;
  if (result.status == IoStatus::closed) {
    source_done_ = true;
    if (chunked) buffer_.append(kLastChunk);
  } else if (result.ok()) {
    // Known to be the last piece: say so now and save a turn.
    source_done_ = !chunked && source_->remaining() == std::uint64_t{0};
  }
  return result;
}

void BodyPump::watch(net::Stream& stream, Step waiting_for, WaitSlot* slot) {
  if (waiting_for == Step::wait_source) source_->watch(slot);
  if (waiting_for == Step::wait_stream) stream.watch_write(slot);
  if (waiting_for == Step::wait_turn && slot) slot->notify();
}

}  // namespace hoplab::http
