// Lines of an HTTP/1.1 head: what the request and the response parser share. Internal to the codec.
//
// Well-formed field lines take a fast path that looks at 16 bytes at a time.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "http/h1/http1_chars.h"
#include "http/h1/http1_parser.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace hoplab::http::lines {

/// First byte that is a control (HTAB included) or DEL, or `end`.
inline const char* skip_visible(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  const __m128i last_control = _mm_set1_epi8(0x1f);
  const __m128i del = _mm_set1_epi8(0x7f);
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(bytes, last_control), bytes);
    const int found = _mm_movemask_epi8(_mm_or_si128(control, _mm_cmpeq_epi8(bytes, del)));
    if (found != 0) return at + std::countr_zero(static_cast<unsigned>(found));
    at += 16;
  }
#endif
  while (at != end && *at != '\t' && chars::is(*at, chars::kText)) ++at;
  return at;
}

/// First byte that is no tchar (RFC 9110 5.6.2), or `end`.
inline const char* skip_token(const char* at, const char* end) noexcept {
#if defined(__SSE2__)
  // Letters, digits and dashes, which is all that most names have; the table knows the others.
  const auto among = [](__m128i bytes, char first, char count) {
    const __m128i offset = _mm_sub_epi8(bytes, _mm_set1_epi8(first));
    return _mm_cmpeq_epi8(_mm_min_epu8(offset, _mm_set1_epi8(static_cast<char>(count - 1))),
                          offset);
  };
  constexpr unsigned kAllOfThem = 0xffff;
  while (end - at >= 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i letter = among(_mm_or_si128(bytes, _mm_set1_epi8(0x20)), 'a', 26);
    const __m128i digit_or_dash =
        _mm_or_si128(among(bytes, '0', 10), _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
    const auto usual =
        static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(letter, digit_or_dash)));
    if (usual != kAllOfThem) {
      at += std::countr_one(usual);
      break;
    }
    at += 16;
  }
#endif
  while (at != end && chars::is(*at, chars::kToken)) ++at;
  return at;
}

/// Takes the next line off `at`; the line end is not part of it. False: no line end.
inline bool take_line(const char*& at, const char* end, std::string_view& line,
                      bool& crlf) noexcept {
  if (at == end) return false;
  const auto* lf =
      static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
  if (lf == nullptr) return false;
  crlf = lf != at && lf[-1] == '\r';
  line = {at, static_cast<std::size_t>((crlf ? lf - 1 : lf) - at)};
  at = lf + 1;
  return true;
}

/// text.starts_with(word), as one comparison of words of the machine.
template <std::size_t Size>
bool begins_with(std::string_view text, const char (&word)[Size]) noexcept {
  return text.size() >= Size - 1 && std::memcmp(text.data(), word, Size - 1) == 0;
}

inline std::size_t skip_empty_lines(std::string_view data, bool* bare_lf) noexcept {
  std::size_t at = 0;
  while (at < data.size()) {
    if (data[at] == '\n') {
      if (bare_lf != nullptr) *bare_lf = true;
      at += 1;
    } else if (begins_with(data.substr(at), "\r\n")) {
      at += 2;
    } else {
      break;
    }
  }
  return at;
}

/// A first line such as "GET /x": all there is to an HTTP/0.9 request.
inline bool is_simple_request(std::string_view line) noexcept {
  if (!begins_with(line, "GET ")) return false;
  const std::string_view target = chars::trim(line.substr(4));
  return !target.empty() && target.find(' ') == std::string_view::npos &&
         !target.starts_with("HTTP/");
}

enum class Line : std::uint8_t { field, end, unusual };

/// Reads one well-formed field line shorter than `limit`, or the empty line. `unusual` leaves `at`
/// where it was.
inline Line fast_line(const char*& at, const char* end, std::size_t limit, Field& field,
                      bool& crlf) noexcept {
  const char* c = skip_token(at, end);
  if (c == end) return Line::unusual;
  if (c == at) {
    crlf = *c == '\r';
    if (crlf) ++c;
    if (c == end || *c != '\n') return Line::unusual;
    at = c + 1;
    return Line::end;
  }
  if (*c != ':') return Line::unusual;
  field.name = {at, static_cast<std::size_t>(c - at)};
  ++c;
  while (c != end && chars::is_space(*c)) ++c;
  const char* const value = c;
  while ((c = skip_visible(c, end)) != end && *c == '\t') ++c;
  const char* value_end = c;
  crlf = c != end && *c == '\r';
  if (crlf) ++c;
  if (c == end || *c != '\n') return Line::unusual;
  if (static_cast<std::size_t>(value_end - at) >= limit) return Line::unusual;
  while (value_end != value && chars::is_space(value_end[-1])) --value_end;
  field.value = {value, static_cast<std::size_t>(value_end - value)};
  at = c + 1;
  return Line::field;
}

/// Fields that the codec itself understands, gathered while walking over them.
struct KnownFields {
  bool close = false;
  bool keep_alive = false;
  bool names_upgrade = false;
  bool expect_continue = false;
  std::string_view upgrade;
  std::string_view host;
  bool has_host = false;

  void note(const Field& field) noexcept {
    switch (field.name.size()) {
      case 4:
        if (!has_host && chars::is_word(field.name, "host")) {
          has_host = true;
          host = field.value;
        }
        break;
      case 6:
        if (chars::is_word(field.name, "expect")) {
          expect_continue |= chars::is_word(field.value, "100-continue");
        }
        break;
      case 7:
        if (upgrade.empty() && chars::is_word(field.name, "upgrade")) upgrade = field.value;
        break;
      case 10:
        if (chars::is_word(field.name, "connection")) note_connection(field.value);
        break;
      default: break;
    }
  }

  /// RFC 9112 9.3: persistent by default since HTTP/1.1, on request in 1.0.
  [[nodiscard]] bool persistent(int minor) const noexcept {
    return !close && (minor >= 1 || (minor == 0 && keep_alive));
  }

 private:
  void note_connection(std::string_view options) noexcept {
    chars::for_each_item(options, [this](std::string_view option) {
      close |= chars::is_word(option, "close");
      keep_alive |= chars::is_word(option, "keep-alive");
      names_upgrade |= chars::is_word(option, "upgrade");
    });
  }
};

}  // namespace hoplab::http::lines
