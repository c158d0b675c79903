// HTTP/1.1 response heads, as a proxy reads them from a target: strict, one error for everything.
#include <utility>

#include "http/h1/http1_chars.h"
#include "http/h1/http1_lines.h"
#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

using lines::Line;

/// "HTTP/1.x SP 3DIGIT [SP reason]", RFC 9112 4.
bool parse_status_line(std::string_view line, ResponseHead& out) noexcept {
  if (line.size() < 12 || !lines::begins_with(line, "HTTP/1.") || line[7] < '0' || line[7] > '9' ||
      line[8] != ' ') {
    return false;
  }
  out.version_minor = line[7] - '0';
  const auto status = chars::decimal(line.substr(9, 3));
  if (!status || *status < 100) return false;
  out.status = static_cast<int>(*status);
  if (line.size() == 12) return true;
  out.reason = line.substr(13);
  return line[12] == ' ' && chars::all(out.reason, chars::kText);
}

/// RFC 9112 6.3, for responses. False: the message is not to be trusted.
bool decide_framing(const FramingFields& framing, bool request_was_head,
                    ResponseHead& out) noexcept {
  if (framing.unsupported_coding || framing.chunked_twice) return false;
  if (framing.bad_content_length || framing.unequal_lengths) return false;
  if (framing.has_transfer_encoding && framing.has_content_length) return false;
  out.has_content_length = framing.has_content_length;
  out.content_length = framing.content_length;
  const bool bodiless =
      request_was_head || out.status < 200 || out.status == 204 || out.status == 304;
  if (bodiless) {
    out.framing = BodyFraming::none;
  } else if (framing.chunked) {
    out.framing = BodyFraming::chunked;
  } else if (framing.has_content_length) {
    out.framing = BodyFraming::content_length;
  } else {
    out.framing = BodyFraming::until_close;
    out.keep_alive = false;
  }
  if (framing.has_transfer_encoding && out.version_minor == 0) out.keep_alive = false;
  return true;
}

}  // namespace

ParseError parse_response_head(std::string_view head, bool request_was_head, ResponseHead& out) {
  constexpr ParseError kMalformed = ParseError::malformed_response;
  FieldList room = std::move(out.fields);
  room.clear();
  out = ResponseHead{};
  out.fields = std::move(room);
  if (head.size() > kResponseHeadLimit) return kMalformed;
  const char* at = head.data();
  const char* const end = at + head.size();
  std::string_view status_line;
  bool crlf = false;
  if (!lines::take_line(at, end, status_line, crlf)) return kMalformed;
  if (!parse_status_line(status_line, out)) return kMalformed;
  lines::KnownFields known;
  DesyncAnalysis analysis;
  Field field;
  for (;;) {
    const Line line = lines::fast_line(at, end, kResponseHeadLimit, field, crlf);
    if (line == Line::unusual) return kMalformed;
    if (line == Line::end) break;
    known.note(field);
    if (DesyncAnalysis::concerns(field.name)) analysis.add_field(field.name, field.value, true);
    out.fields.push_back(field);
  }
  if (at != end) return kMalformed;
  out.keep_alive = known.persistent(out.version_minor);
  if (known.names_upgrade) out.upgrade = known.upgrade;
  const bool framed = decide_framing(analysis.framing(), request_was_head, out);
  return framed ? ParseError::none : kMalformed;
}

}  // namespace hoplab::http
