// The chunked transfer coding (RFC 9112 7.1): an incremental decoder that copies nothing, and what
// an encoder writes around each chunk.
//
// Strict, because chunk framing is where desync attacks live: every line ends in CRLF (the licence
// for a bare LF, RFC 9112 2.2, covers heads only), sizes are 1*HEXDIG that fit 64 bits, white space
// stands only before ';' (BWS), extensions and trailers hold no controls. Extensions are checked
// and then ignored (RFC 9112 7.1.1 allows it), trailer fields are kept (7.1.2). The two limits are
// ours: AWS documents none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/message.h"

namespace hoplab::http {

inline constexpr std::size_t kChunkLineLimit = 4096;     // bytes without CRLF, inclusive
inline constexpr std::size_t kTrailerLimit = 64 * 1024;  // bytes of all trailers with line ends

enum class ChunkError : std::uint8_t {
  none,
  bad_size,       // not 1*HEXDIG, or something odd behind it
  size_overflow,  // beyond 64 bits
  line_too_long,
  bad_extension,
  bad_chunk_end,  // no CRLF after the chunk's data
  bad_trailer,
  trailers_too_long,
};

[[nodiscard]] std::string_view to_text(ChunkError error) noexcept;

class ChunkedDecoder {
 public:
  enum class Status : std::uint8_t {
    need_more,  // all input is consumed, the body goes on
    data,       // `data` is the next piece; call again with what is left
    done,       // the body has ended; what is left is not part of it
    failed,     // see error(); stays failed
  };
  struct Piece {
    Status status = Status::need_more;
    std::string_view data;  // a view into the input, never empty with Status::data
  };

  /// Decodes up to the end of the next piece of body. `consumed`: bytes of `input` dealt with, the
  /// piece included. Pieces follow the input's borders: their sizes mean nothing.
  Piece feed(std::string_view input, std::size_t& consumed) noexcept;

  [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
  /// Once done(): the trailer fields, as views that live as long as this.
  void add_trailers_to(Headers& headers) const;
  [[nodiscard]] ChunkError error() const noexcept { return error_; }

 private:
  enum class State : std::uint8_t {
    size_first,  // the first digit
    size,        // further digits
    size_space,  // BWS, only before ';'
    extension,
    size_lf,  // LF of the size line
    data,
    data_cr,
    data_lf,
    trailer_start,  // first byte of a trailer line, or the CR of the last line
    trailer_name,
    trailer_value,
    trailer_lf,
    last_lf,
    done,
    failed,
  };

  void step(char c) noexcept;
  void step_size_line(char c) noexcept;
  void step_trailer(char c) noexcept;
  void add_digit(char c) noexcept;
  void fail(ChunkError error) noexcept;

  State state_ = State::size_first;
  ChunkError error_ = ChunkError::none;
  std::uint64_t left_ = 0;       // bytes of the current chunk still to come
  std::size_t line_length_ = 0;  // of the size line, or of all trailers so far
  std::string trailers_;         // lines with CRLF
};

/// What ends a chunk's data, and what ends a body without trailers.
inline constexpr std::string_view kChunkEnd = "\r\n";
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

/// Room for a chunk header: 16 digits and CRLF.
using ChunkHeaderBuffer = std::array<char, 18>;

/// "1a\r\n" for a chunk of `size` bytes, not 0 (that would end the body). A view into `buffer`.
[[nodiscard]] std::string_view chunk_header(std::uint64_t size, ChunkHeaderBuffer& buffer) noexcept;

}  // namespace hoplab::http
