// The chunked transfer coding: see chunked.h.
#include "http/h1/chunked.h"

#include <algorithm>
#include <cassert>

#include "base/hex.h"
#include "http/h1/http1_chars.h"

namespace hoplab::http {

std::string_view to_text(ChunkError error) noexcept {
  switch (error) {
    case ChunkError::none: return "none";
    case ChunkError::bad_size: return "malformed chunk size";
    case ChunkError::size_overflow: return "chunk size beyond 64 bits";
    case ChunkError::line_too_long: return "chunk size line is too long";
    case ChunkError::bad_extension: return "malformed chunk extension";
    case ChunkError::bad_chunk_end: return "chunk data does not end in CRLF";
    case ChunkError::bad_trailer: return "malformed trailer field";
    case ChunkError::trailers_too_long: return "trailer section is too long";
  }
  return "unknown";
}

ChunkedDecoder::Piece ChunkedDecoder::feed(std::string_view input, std::size_t& consumed) noexcept {
  consumed = 0;
  while (consumed < input.size()) {
    if (state_ == State::data) {
      const auto room = static_cast<std::uint64_t>(input.size() - consumed);
      const std::string_view piece =
          input.substr(consumed, static_cast<std::size_t>(std::min(room, left_)));
      consumed += piece.size();
      left_ -= piece.size();
      if (left_ == 0) state_ = State::data_cr;
      return {Status::data, piece};
    }
    if (state_ == State::done || state_ == State::failed) break;
    step(input[consumed]);
    if (state_ != State::failed) ++consumed;
  }
  if (state_ == State::done) return {Status::done, {}};
  return {state_ == State::failed ? Status::failed : Status::need_more, {}};
}

void ChunkedDecoder::step(char c) noexcept {
  switch (state_) {
    case State::size_first:
    case State::size:
    case State::size_space:
    case State::extension:
    case State::size_lf: step_size_line(c); break;
    case State::data_cr:
      if (c != '\r') return fail(ChunkError::bad_chunk_end);
      state_ = State::data_lf;
      break;
    case State::data_lf:
      if (c != '\n') return fail(ChunkError::bad_chunk_end);
      state_ = State::size_first;
      break;
    case State::trailer_start:
    case State::trailer_name:
    case State::trailer_value:
    case State::trailer_lf:
    case State::last_lf: step_trailer(c); break;
    case State::data:
    case State::done:
    case State::failed:
      assert(false);  // feed() deals with these
      break;
  }
}

void ChunkedDecoder::step_size_line(char c) noexcept {
  if (state_ == State::size_lf) {
    if (c != '\n') return fail(ChunkError::bad_size);
    line_length_ = 0;
    state_ = left_ == 0 ? State::trailer_start : State::data;
    return;
  }
  if (c == '\r' && (state_ == State::size || state_ == State::extension)) {
    state_ = State::size_lf;
    return;
  }
  if (++line_length_ > kChunkLineLimit) return fail(ChunkError::line_too_long);
  if (state_ == State::extension) {
    if (!chars::is(c, chars::kText)) fail(ChunkError::bad_extension);
    return;
  }
  if (state_ != State::size_space && hex_value(c) >= 0) return add_digit(c);
  if (state_ == State::size_first) return fail(ChunkError::bad_size);
  if (c == ';') {
    state_ = State::extension;
  } else if (chars::is_space(c)) {
    state_ = State::size_space;
  } else {
    fail(ChunkError::bad_size);
  }
}

void ChunkedDecoder::add_digit(char c) noexcept {
  if (state_ == State::size_first) left_ = 0;
  if (left_ > (UINT64_MAX >> 4)) return fail(ChunkError::size_overflow);
  left_ = (left_ << 4) | static_cast<std::uint64_t>(hex_value(c));
  state_ = State::size;
}

void ChunkedDecoder::step_trailer(char c) noexcept {
  if (++line_length_ > kTrailerLimit) return fail(ChunkError::trailers_too_long);
  switch (state_) {
    case State::trailer_start:
      if (c == '\r') {
        state_ = State::last_lf;
        return;
      }
      if (!chars::is(c, chars::kToken)) return fail(ChunkError::bad_trailer);
      state_ = State::trailer_name;
      break;
    case State::trailer_name:
      if (c == ':') {
        state_ = State::trailer_value;
      } else if (!chars::is(c, chars::kToken)) {
        return fail(ChunkError::bad_trailer);
      }
      break;
    case State::trailer_value:
      if (c == '\r') {
        state_ = State::trailer_lf;
      } else if (!chars::is(c, chars::kText)) {
        return fail(ChunkError::bad_trailer);
      }
      break;
    default:
      if (c != '\n') return fail(ChunkError::bad_trailer);
      if (state_ == State::last_lf) {
        state_ = State::done;
        return;
      }
      state_ = State::trailer_start;
  }
  trailers_.push_back(c);
}

void ChunkedDecoder::add_trailers_to(Headers& headers) const {
  for (std::string_view rest = trailers_; !rest.empty();) {
    const std::size_t end = rest.find('\r');  // in values it is no text
    const std::size_t colon = rest.find(':');
    headers.add(rest.substr(0, colon), chars::trim(rest.substr(colon + 1, end - colon - 1)));
    rest.remove_prefix(end + 2);
  }
}

void ChunkedDecoder::fail(ChunkError error) noexcept {
  error_ = error;
  state_ = State::failed;
}

std::string_view chunk_header(std::uint64_t size, ChunkHeaderBuffer& buffer) noexcept {
  assert(size != 0);
  std::size_t at = buffer.size();
  buffer[--at] = '\n';
  buffer[--at] = '\r';
  do {
    buffer[--at] = "0123456789abcdef"[size & 0xf];
    size >>= 4;
  } while (size != 0);
  return {buffer.data() + at, buffer.size() - at};
}

}  // namespace hoplab::http
