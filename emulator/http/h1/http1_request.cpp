// HTTP/1.1 request heads: parsing and judging. The rules are listed in http1_parser.h.
#include <utility>

#include "http/h1/http1_chars.h"
#include "http/h1/http1_lines.h"
#include "http/h1/http1_parser.h"

namespace hoplab::http {
namespace {

using lines::Line;

class RequestParser {
 public:
  RequestParser(std::string_view head, RequestHead& out, const HeadLimits& limits) noexcept
      : at_(head.data()),
        end_(head.data() + head.size()),
        head_(head),
        limits_(limits),
        out_(out) {}

  ParseError run() {
    ParseError error = parse();
    out_.desync = analysis_.finish(out_.method, minor(), request_line_);
    return error;
  }

 private:
  [[nodiscard]] int minor() const noexcept {
    return out_.version_major == 0 ? -1 : out_.version_minor;
  }

  ParseError parse() {
    if (head_.size() > limits_.head) return ParseError::head_too_large;
    if (const auto error = parse_request_line(); error != ParseError::none) return error;
    if (has_fields_) {
      const auto error = parse_fields();
      out_.authority = known_.host;
      if (error != ParseError::none) return error;
    }
    if (const auto error = split_target(); error != ParseError::none) return error;
    if (const auto error = decide_host(); error != ParseError::none) return error;
    out_.keep_alive = known_.persistent(minor());
    out_.expect_continue = known_.expect_continue && minor() >= 1;
    if (minor() >= 1) out_.upgrade_field = known_.upgrade;
    if (known_.names_upgrade) out_.upgrade = out_.upgrade_field;
    return decide_framing();
  }

  ParseError parse_request_line() noexcept {
    bool bare_lf = false;
    at_ += lines::skip_empty_lines(head_, &bare_lf);
    std::string_view line;
    bool crlf = false;
    if (!lines::take_line(at_, end_, line, crlf)) return ParseError::incomplete;
    if (!crlf || bare_lf) analysis_.line_reason(DesyncReason::non_cr_lf_line_termination);
    if (line.size() >= limits_.request_line) return ParseError::request_line_too_long;
    const std::size_t space = line.find(' ');
    out_.method = line.substr(0, space);
    if (space == std::string_view::npos || space == 0) {
      analysis_.line_reason(DesyncReason::missing_uri);
      judge_method();
      return ParseError::bad_request_line;
    }
    has_fields_ = !(at_ == end_ && lines::is_simple_request(line));
    std::string_view version;
    const bool split = split_version(line.substr(space + 1), version);
    judge_method();
    const ParseError version_error = parse_version(version);
    judge_target();
    if (!split) {
      analysis_.line_reason(DesyncReason::missing_uri);
      return ParseError::bad_request_line;
    }
    if (version_error != ParseError::none) return version_error;
    if (chars::any(out_.method, chars::kFatal)) return ParseError::bad_request_line;
    return ParseError::none;
  }

  /// `rest` is "target SP version", with stray spaces anywhere. False: there is no target.
  bool split_version(std::string_view rest, std::string_view& version) noexcept {
    std::string_view trimmed = rest;
    while (!trimmed.empty() && chars::is_space(trimmed.back())) trimmed.remove_suffix(1);
    const std::size_t space = trimmed.rfind(' ');
    if (space == std::string_view::npos) {
      if (lines::begins_with(trimmed, "HTTP/1.")) {
        version = rest;
      } else {
        raw_target_ = rest;
      }
    } else {
      raw_target_ = rest.substr(0, space);
      version = rest.substr(space + 1);
    }
    out_.target = raw_target_;
    while (out_.target.starts_with(' ')) out_.target.remove_prefix(1);
    while (out_.target.ends_with(' ')) out_.target.remove_suffix(1);
    return !out_.target.empty();
  }

  void judge_method() noexcept {
    if (!chars::all(out_.method, chars::kToken)) request_line_.raise(DesyncReason::bad_method);
  }

  ParseError parse_version(std::string_view text) noexcept {
    const std::string_view version = chars::trim(text);
    const bool simple = version.empty() && out_.method == "GET";
    if (simple || version == "HTTP/0.9") {
      out_.version_major = 0;
      out_.version_minor = 9;
      request_line_.raise(DesyncReason::non_compliant_version);
      return ParseError::none;
    }
    if (version.size() >= 6 && lines::begins_with(version, "HTTP/") && version[5] >= '2' &&
        version[5] <= '9') {
      return ParseError::unsupported_version;
    }
    if (version.size() != 8 || !lines::begins_with(version, "HTTP/1.") || version[7] < '0' ||
        version[7] > '9') {
      request_line_.raise(DesyncReason::bad_version);
      return ParseError::bad_version;
    }
    out_.version_minor = version[7] - '0';
    if (version.size() != text.size() || out_.version_minor > 1) {
      request_line_.raise(DesyncReason::non_compliant_version);
    }
    return ParseError::none;
  }

  void judge_target() noexcept {
    if (chars::all(raw_target_, chars::kUri)) return;
    for (const char c : raw_target_) {
      if (chars::is(c, chars::kUri)) continue;
      if (chars::is(c, chars::kFatal)) {
        request_line_.raise(DesyncReason::bad_uri);
        target_fatal_ = true;
      } else {
        request_line_.raise(c == ' ' ? DesyncReason::space_in_uri : DesyncReason::ambiguous_uri);
      }
    }
  }

  ParseError parse_fields() {
    bool all_crlf = true;
    for (;;) {
      Field field;
      bool crlf = true;
      const Line line = lines::fast_line(at_, end_, limits_.field_line, field, crlf);
      if (line == Line::unusual) {
        bool ended = false;
        if (const auto error = slow_line(ended); error != ParseError::none || ended) return error;
        continue;
      }
      if (crlf != all_crlf && all_crlf) {
        all_crlf = false;
        analysis_.line_reason(DesyncReason::non_cr_lf_line_termination);
      }
      if (line == Line::end) return at_ == end_ ? ParseError::none : ParseError::incomplete;
      previous_ = field.name;
      known_.note(field);
      if (DesyncAnalysis::concerns(field.name)) {
        analysis_.add_field(field.name, field.value, true);
      }
      out_.fields.push_back(field);
    }
  }

  /// Anything that is not a well-formed field line, nor the empty line.
  ParseError slow_line(bool& ended) {
    if (at_ == end_) {
      analysis_.line_reason(DesyncReason::missing_last_empty_line);
      return ParseError::incomplete;
    }
    std::string_view line;
    bool crlf = false;
    if (!lines::take_line(at_, end_, line, crlf)) {
      analysis_.line_reason(DesyncReason::partial_header_line);
      return ParseError::incomplete;
    }
    if (!crlf) analysis_.line_reason(DesyncReason::non_cr_lf_line_termination);
    if (line.size() >= limits_.field_line) return ParseError::field_line_too_long;
    ended = line.empty();
    if (ended) return at_ == end_ ? ParseError::none : ParseError::incomplete;
    judge_line(line);
    return ParseError::none;
  }

  void judge_line(std::string_view line) {
    const std::size_t colon = line.find(':');
    const bool has_colon = colon != std::string_view::npos;
    const bool folded = chars::is_space(line.front());
    const Field field{line.substr(0, colon),
                      has_colon ? chars::trim(line.substr(colon + 1)) : std::string_view{}};
    if (!folded && has_colon) previous_ = field.name;
    const bool media_type = chars::is_word(previous_, "content-type");
    Field judged = field;
    if (folded && !previous_.empty() && (media_type || !has_colon)) {
      judged = {previous_, field.name};
    }
    const bool passes = analysis_.add_field(judged.name, judged.value, false);
    if (!folded && !has_colon) analysis_.line_reason(DesyncReason::missing_header_colon);
    if (folded && !media_type) analysis_.line_reason(DesyncReason::multiline_header);
    if (!passes || chars::trim(field.name).empty()) return;
    if (chars::any(line, chars::kFatal)) return;
    if (has_colon && chars::all(field.name, chars::kToken)) known_.note(field);
    out_.fields.push_back(field);
  }

  /// RFC 9112 3.2: origin, absolute, authority (CONNECT) or asterisk form.
  ParseError split_target() noexcept {
    if (target_fatal_) return ParseError::bad_target;
    const std::string_view target = out_.target;
    out_.origin_target = target;
    if (target.starts_with('/') || target == "*") return ParseError::none;
    if (out_.method == "CONNECT") {
      out_.authority = target;
      return chars::all(target, chars::kHost) ? ParseError::none : ParseError::bad_target;
    }
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos) return ParseError::bad_target;
    const std::string_view name = target.substr(0, scheme);
    if (!chars::is_word(name, "http") && !chars::is_word(name, "https")) {
      return ParseError::bad_target;
    }
    const std::string_view rest = target.substr(scheme + 3);
    const std::size_t path = rest.find_first_of("/?#");
    out_.authority = rest.substr(0, path);
    out_.origin_target = path == std::string_view::npos ? std::string_view{"/"} : rest.substr(path);
    if (out_.authority.empty() || !chars::all(out_.authority, chars::kHost)) {
      return ParseError::bad_target;
    }
    return ParseError::none;
  }

  ParseError decide_host() const noexcept {
    if (!known_.has_host) return minor() >= 1 ? ParseError::missing_host : ParseError::none;
    return chars::all(known_.host, chars::kHost) ? ParseError::none : ParseError::bad_host;
  }

  /// RFC 9112 6.3, for requests.
  ParseError decide_framing() noexcept {
    const FramingFields& framing = analysis_.framing();
    if (minor() < 0) return ParseError::none;  // HTTP/0.9 knows no bodies
    if (framing.has_transfer_encoding) {
      if (minor() == 0) out_.keep_alive = false;  // RFC 9112 6.1
      if (framing.unsupported_coding) return ParseError::unsupported_transfer_encoding;
    }
    if (framing.chunked) {
      out_.framing = BodyFraming::chunked;
      return ParseError::none;
    }
    if (framing.bad_content_length) return ParseError::bad_content_length;
    if (framing.has_content_length) {
      out_.framing = BodyFraming::content_length;
      out_.content_length = framing.content_length;
    }
    return ParseError::none;
  }

  const char* at_;
  const char* end_;
  std::string_view head_;
  const HeadLimits& limits_;
  RequestHead& out_;
  DesyncAnalysis analysis_;
  Classification request_line_;
  lines::KnownFields known_;
  std::string_view raw_target_;
  std::string_view previous_;  // name of the last line that was not a continuation
  bool target_fatal_ = false;
  bool has_fields_ = true;
};

}  // namespace

ParseError parse_request_head(std::string_view head, RequestHead& out, const HeadLimits& limits) {
  FieldList room = std::move(out.fields);
  room.clear();
  out = RequestHead{};
  out.fields = std::move(room);
  return RequestParser(head, out, limits).run();
}

}  // namespace hoplab::http
