// HTTP/1.1 message heads: where they end, their limits, and what their errors are called.
#include "http/h1/http1_parser.h"

#include <array>

#include "http/h1/http1_chars.h"
#include "http/h1/http1_lines.h"

namespace hoplab::http {
namespace {

struct ErrorRow {
  std::string_view text;
  int status;
};

// In the order of ParseError.
constexpr std::array kErrors = {
    ErrorRow{"none", 0},
    ErrorRow{"message head is incomplete", 400},
    ErrorRow{"malformed request line", 400},
    ErrorRow{"malformed request target", 400},
    ErrorRow{"malformed HTTP version", 400},
    ErrorRow{"unsupported HTTP version", 505},
    ErrorRow{"request line is too long", 414},
    ErrorRow{"header field is too long", 400},
    ErrorRow{"message head is too large", 400},
    ErrorRow{"malformed Content-Length", 400},
    ErrorRow{"unsupported Transfer-Encoding", 501},
    ErrorRow{"Host is missing", 400},
    ErrorRow{"malformed Host", 400},
    ErrorRow{"malformed response", 502},
};
static_assert(kErrors.size() == static_cast<std::size_t>(ParseError::malformed_response) + 1);

}  // namespace

std::string_view to_text(ParseError error) noexcept {
  return kErrors[static_cast<std::size_t>(error)].text;
}

int http_status(ParseError error) noexcept {
  return kErrors[static_cast<std::size_t>(error)].status;
}

bool has_request_line(ParseError error) noexcept {
  switch (error) {
    case ParseError::incomplete:
    case ParseError::bad_request_line:
    case ParseError::bad_target:
    case ParseError::bad_version:
    case ParseError::unsupported_version:
    case ParseError::request_line_too_long:
    case ParseError::head_too_large: return false;
    default: return true;
  }
}

bool is_violation(ParseError error) noexcept {
  switch (error) {
    case ParseError::incomplete:
    case ParseError::bad_request_line:
    case ParseError::bad_target:
    case ParseError::bad_version:
    case ParseError::bad_content_length:
    case ParseError::missing_host:
    case ParseError::bad_host:
    case ParseError::malformed_response: return true;
    default: return false;
  }
}

std::size_t find_head_end(std::string_view data, std::size_t resume_from) noexcept {
  const std::size_t start = lines::skip_empty_lines(data, nullptr);
  std::size_t at = resume_from > start ? resume_from : start;
  bool first_line = data.substr(start, at - start).find('\n') == std::string_view::npos;
  while (at < data.size()) {
    const std::size_t lf = data.find('\n', at);
    if (lf == std::string_view::npos) return lf;
    const bool empty =
        data[lf - 1] == '\n' || (data[lf - 1] == '\r' && lf >= start + 2 && data[lf - 2] == '\n');
    if (empty) return lf + 1;
    if (first_line) {
      std::string_view line = data.substr(start, lf - start);
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (lines::is_simple_request(line)) return lf + 1;
      first_line = false;
    }
    at = lf + 1;
  }
  return std::string_view::npos;
}

ParseError check_partial_head(std::string_view data, const HeadLimits& limits) noexcept {
  if (data.size() > limits.head) return ParseError::head_too_large;
  const std::size_t start = lines::skip_empty_lines(data, nullptr);
  if (start < data.size()) {
    const auto first = static_cast<unsigned char>(data[start]);
    if (first != '\r' && (first <= ' ' || first >= 0x7f)) return ParseError::bad_request_line;
  }
  const std::size_t lf = data.rfind('\n');
  const bool in_request_line = lf == std::string_view::npos || lf < start;
  std::string_view line = data.substr(in_request_line ? start : lf + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (in_request_line && line.size() >= limits.request_line) {
    return ParseError::request_line_too_long;
  }
  if (!in_request_line && line.size() >= limits.field_line) return ParseError::field_line_too_long;
  return ParseError::none;
}

}  // namespace hoplab::http
