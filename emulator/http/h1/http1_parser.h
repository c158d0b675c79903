// HTTP/1.1 message heads (RFC 9112, RFC 9110): find, parse, judge. Pure: no I/O, no allocation but
// the field vector's growth. All views point into the head that was passed in, which must stay put.
//
// A request comes out with a ParseError, which holds in every desync mode, and a Classification,
// which DesyncMode turns into an action (desync.h). Look at the error first. How each violation is
// decided, with "class" for a classification only:
//
//  bare LF line end               class NonCrLfLineTermination (RFC 9112 2.2 lets us accept it)
//  white space before the colon   class NonCompliantHeader, SuspiciousHeader on TE/CL; kept in name
//  other bytes outside tchar      the same
//  control byte in a value        class NonCompliantHeader; kept
//  NUL or bare CR in a field      class BadHeader; the field is left out of `fields`, as the engine
//                                 says that bad headers must not reach a target
//  no field name (": x")          class EmptyHeader; left out of `fields`
//  line without a colon           class MissingHeaderColon; Field{line, ""}: ALB appends the colon
//  obs-fold                       class MultilineHeader (none below Content-Type); the continuation
//                                 becomes a field of its own, its leading white space kept in the
//                                 name: "appends a colon and passes it on" (ALB guide,
//                                 troubleshooting). It never extends the value before it.
//  equal Content-Lengths          class DuplicateContentLength
//  unequal Content-Lengths        class MultipleContentLength; `monitor` goes by the first
//                                 (UNDOCUMENTED; RFC 9112 6.3 would refuse)
//  Content-Length not a number    class BadContentLength, and 400: no framing follows from it
//  Transfer-Encoding, Content-    class BothTeClPresent; Transfer-Encoding wins (RFC 9112 6.3)
//  Length together
//  TE/CL lookalikes               class SuspiciousHeader; ordinary fields, never used for framing
//  coding not chunked, identity   501 (ALB guide, troubleshooting); BadTransferEncoding if unknown
//  Transfer-Encoding on HTTP/1.0  class UndefinedTransferEncodingSemantics; obeyed, then closed
//  NUL or CR in method or target  class BadMethod/BadUri, and 400: it could not be written again
//  other non-token in the method  class BadMethod
//  controls in the target         class AmbiguousUri; spaces: class SpaceInUri
//  target of no known form        400
//  HTTP/1.2 to 1.9, spaces        class NonCompliantVersion; treated as 1.1
//  HTTP/0.9, or no version + GET  class NonCompliantVersion
//  HTTP/2 and above (the preface) 505; any other version text: class BadVersion, and 400
//  HTTP/1.1 without Host          400 (RFC 9112 3.2); several Host fields: the first counts (ALB)
//  sizes                          see the limits below
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "http/h1/desync.h"
#include "http/message.h"

namespace hoplab::http {

/// Limits on a request head in bytes; the defaults are ALB's hard quotas, "HTTP headers": 16 K, 16
/// K, 64 K. A field line of 16,384 bytes was seen refused, so lines must be shorter than their
/// limit (the page gives no bound for the others).
struct HeadLimits {
  std::size_t request_line = 16 * 1024;  // without its line end, exclusive
  std::size_t field_line = 16 * 1024;    // likewise
  std::size_t head = 64 * 1024;          // all of it with line ends, inclusive
};

/// ALB's quota on response heads, in bytes with line ends, inclusive.
inline constexpr std::size_t kResponseHeadLimit = 32 * 1024;

enum class ParseError : std::uint8_t {
  none,
  incomplete,  // not what find_head_end delimits: no empty line at the end
  bad_request_line,
  bad_target,
  bad_version,
  unsupported_version,
  request_line_too_long,
  field_line_too_long,
  head_too_large,
  bad_content_length,
  unsupported_transfer_encoding,
  missing_host,
  bad_host,
  malformed_response,
};

[[nodiscard]] std::string_view to_text(ParseError error) noexcept;
/// The status that ALB answers with: 400, 414, 501, 505; 502 for a response; 0 for none.
[[nodiscard]] int http_status(ParseError error) noexcept;
/// Whether RFC 9112 forbids it; the others are what a server may decline (sizes, versions,
/// codings).
[[nodiscard]] bool is_violation(ParseError error) noexcept;
/// Whether the request line could be read all the same.
[[nodiscard]] bool has_request_line(ParseError error) noexcept;

enum class BodyFraming : std::uint8_t { none, content_length, chunked, until_close };

struct RequestHead {
  std::string_view method;
  std::string_view target;         // as received, spaces around it removed
  std::string_view origin_target;  // path and query; of an absolute-form target its part, "/" when
                                   // that is empty (it can begin with '?': then "/" goes before
                                   // it); of CONNECT and "*" the target itself
  std::string_view authority;      // of an absolute-form target, else the first Host; may be empty
  int version_major = 1;
  int version_minor = 1;  // 0.9, 1.0 and 1.1 to 1.9
  FieldList fields;
  BodyFraming framing = BodyFraming::none;
  std::uint64_t content_length = 0;  // bytes, with BodyFraming::content_length
  bool keep_alive = true;            // what the client wants (RFC 9112 9.3)
  bool expect_continue = false;      // "Expect: 100-continue" from HTTP/1.1 or later
  std::string_view upgrade;          // value of Upgrade, when Connection names it
  std::string_view upgrade_field;    // likewise, whether or not
  Classification desync;
};

struct ResponseHead {
  int status = 0;
  std::string_view reason;  // may be empty
  int version_minor = 1;    // of HTTP/1
  FieldList fields;
  BodyFraming framing = BodyFraming::none;
  bool has_content_length = false;   // also on bodiless answers to HEAD and on 304
  std::uint64_t content_length = 0;  // bytes
  bool keep_alive = true;            // false also when the body ends with the connection
  std::string_view upgrade;
};

/// Offset just past the empty line that ends a head, or npos. Empty lines before the first line are
/// skipped (RFC 9112 2.2) and belong to the head. A first line "GET x" without a version is a whole
/// HTTP/0.9 request. `resume_from`: how much of `data` earlier calls have searched.
[[nodiscard]] std::size_t find_head_end(std::string_view data, std::size_t resume_from) noexcept;

/// For a request head of which the end has not come yet: what is wrong with it already, a limit or
/// a first byte that no method begins with (TLS, say). Or none.
[[nodiscard]] ParseError check_partial_head(std::string_view data,
                                            const HeadLimits& limits = {}) noexcept;

/// Parses what find_head_end delimits. `out` is overwritten; its vector's room is used again. After
/// an error `desync` says what had been found, and what was read so far is there for logs.
[[nodiscard]] ParseError parse_request_head(std::string_view head, RequestHead& out,
                                            const HeadLimits& limits = {});

/// Strict: any violation is malformed_response (ALB: 502). Transfer-Encoding together with
/// Content-Length is one, and so are codings other than chunked and identity, unequal
/// Content-Lengths, obs-fold, controls in values and white space before the colon.
[[nodiscard]] ParseError parse_response_head(std::string_view head, bool request_was_head,
                                             ResponseHead& out);

}  // namespace hoplab::http
