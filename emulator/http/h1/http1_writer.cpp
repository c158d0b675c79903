#include "http/h1/http1_writer.h"

#include <algorithm>
#include <charconv>

#include "http/field_names.h"
#include "http/h1/chunked.h"

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

void append_field(Bytes& out, const Field& field) {
  out.append(field.name);
  out.append(": ");
  out.append(field.value);
  out.append("\r\n");
}

void append_fields(Bytes& out, const Headers& headers) {
  std::size_t size = out.size() + 128;
  for (const Field& field : headers.fields()) size += field.name.size() + field.value.size() + 4;
  out.reserve(size);
  for (const Field& field : headers.fields()) append_field(out, field);
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

void append_status_line(Bytes& out, int status, std::string_view reason) {
  out.append("HTTP/1.1 ");
  append_number(out, static_cast<std::uint64_t>(status));
  out.append(" ");
  out.append(reason.empty() ? reason_phrase(status) : reason);
  out.append("\r\n");
}

}  // namespace

void append_interim(Bytes& out, int status, std::string_view reason, const Headers& headers) {
  append_status_line(out, status, reason);
  append_fields(out, headers);
  out.append("\r\n");
}

void append_response_head(Bytes& out, const Response& response, const HeadFraming& framing) {
  append_status_line(out, response.status, response.reason);
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

void BodyPump::begin(BodySource* source, WireFraming framing, Bytes head,
                     bool (*passes_trailer)(std::string_view)) {
  source_ = source;
  framing_ = framing;
  passes_trailer_ = passes_trailer;
  buffer_ = std::move(head);
  sent_ = 0;
  body_bytes_ = bytes_sent_ = 0;
  source_done_ = !source || framing == WireFraming::none;
  source_failed_ = false;
}

BodyPump::Step BodyPump::step(net::Stream& stream) {
  for (const std::uint64_t begun = body_bytes_; body_bytes_ - begun < kTurn;) {
    IoResult pulled{IoStatus::ok, 0};
    while (!source_done_ && buffer_.size() < kGather && pulled.ok()) pulled = pull();
    if (pulled.status == IoStatus::failed) source_done_ = source_failed_ = true;
    while (sent_ < buffer_.size()) {
      const IoResult written = stream.try_write(buffer_.view(sent_));
      if (written.ended()) return Step::stream_failed;
      if (written.would_block()) return Step::wait_stream;
      idle_.touch();
      sent_ += written.size;
      bytes_sent_ += written.size;
    }
    sent_ = 0;
    if (source_done_) {
      buffer_.release();
      if (!stream.try_flush()) return Step::wait_stream;
      return source_failed_ ? Step::source_failed : Step::done;
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
    if (chunked) append_last_chunk();
  } else if (result.ok()) {
    // Known to be the last piece: say so now and save a turn.
    source_done_ = !chunked && source_->remaining() == std::uint64_t{0};
  }
  return result;
}

/// RFC 9112 7.1.2.
void BodyPump::append_last_chunk() {
  const Headers* trailers = source_->trailers();
  if (!trailers) return buffer_.append(kLastChunk);
  buffer_.append(kLastChunk.substr(0, kLastChunk.size() - 2));
  for (const Field& field : trailers->fields()) {
    const bool passes = !passes_trailer_ || passes_trailer_(field.name);
    if (passes && !belongs_to_connection(field.name)) append_field(buffer_, field);
  }
  buffer_.append("\r\n");
}

void BodyPump::watch(net::Stream& stream, Step waiting_for, WaitSlot* slot) {
  if (waiting_for == Step::wait_source) source_->watch(slot);
  if (waiting_for == Step::wait_stream) stream.watch_write(slot);
  if (waiting_for == Step::wait_turn && slot) slot->notify();
}

}  // namespace hoplab::http
