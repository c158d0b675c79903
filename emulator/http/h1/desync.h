// HTTP desync classification: how risky a request is when two HTTP engines may read its boundaries
// differently, and what each of ALB's mitigation modes does with it.
//
// Follows the engine that AWS publishes (github.com/aws/http-desync-guardian) and ALB's list of
// classification reasons (ALB guide, "Access logs": classification reason codes). Where they
// differ:
//  - bytes above 0x7f in a *value* are compliant, as in the engine (RFC 9110 obs-text), although
//  the
//    page speaks of "a header"; in a name they are NonCompliantHeader in both;
//  - SuspiciousTeClPresent is only in ALB's list. Read as: both framing fields are there and at
//  least
//    one of them only under a lookalike name;
//  - an empty Content-Length is BadContentLength here; the engine reads it as 0;
//  - `chunked` twice is MultipleTransferEncodingChunked wherever it stands; the engine forgets the
//    first one when another coding is named in between.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hoplab::http {

enum class DesyncTier : std::uint8_t { compliant, acceptable, ambiguous, severe };

enum class DesyncReason : std::uint8_t {
  compliant,
  // Acceptable: not RFC compliant, no known risk.
  get_head_zero_content_length,
  non_compliant_header,
  non_compliant_version,
  space_in_uri,
  non_cr_lf_line_termination,  // engine only, not in ALB's list
  // Ambiguous: engines may disagree about the boundaries.
  ambiguous_uri,
  both_te_cl_present,
  duplicate_content_length,
  empty_header,
  suspicious_header,
  undefined_content_length_semantics,
  undefined_transfer_encoding_semantics,
  multiline_header,  // engine only, as the five below
  partial_header_line,
  missing_last_empty_line,
  missing_header_colon,
  missing_uri,
  // Severe: malformed or hostile.
  bad_content_length,
  bad_header,
  bad_method,
  bad_transfer_encoding,
  bad_uri,
  bad_version,
  multiple_content_length,
  multiple_transfer_encoding_chunked,
  suspicious_te_cl_present,
};

enum class DesyncMode : std::uint8_t { monitor, defensive, strictest };

enum class DesyncAction : std::uint8_t {
  allow,
  allow_then_close,  // serve it, then close the client's and the target's connection
  block,             // 400, and close the client's connection
};

[[nodiscard]] DesyncTier tier_of(DesyncReason reason) noexcept;
/// "Ambiguous", as in the access log's classification field ("-" for compliant is the log's own).
[[nodiscard]] std::string_view to_text(DesyncTier tier) noexcept;
/// "BothTeClPresent", as in the access log's classification_reason field.
[[nodiscard]] std::string_view to_text(DesyncReason reason) noexcept;
/// "defensive", as in routing.http.desync_mitigation_mode.
[[nodiscard]] std::string_view to_text(DesyncMode mode) noexcept;
[[nodiscard]] std::optional<DesyncMode> desync_mode_from(std::string_view text) noexcept;
/// ALB guide, "Desync mitigation mode": the table of modes and tiers.
[[nodiscard]] DesyncAction action_for(DesyncMode mode, DesyncTier tier) noexcept;

/// The verdict on one request: the highest tier, and the first reason that reached it.
struct Classification {
  DesyncTier tier = DesyncTier::compliant;
  DesyncReason reason = DesyncReason::compliant;

  void raise(DesyncReason found) noexcept {
    if (const DesyncTier reached = tier_of(found); reached > tier) {
      tier = reached;
      reason = found;
    }
  }
  void raise(const Classification& other) noexcept {
    if (other.tier > tier) *this = other;
  }
  friend bool operator==(const Classification&, const Classification&) = default;
};

enum class Likeness : std::uint8_t { identical, same_letters, distant };

/// Compares a field name with `known` (lower case, letters and '-') by its letters only:
/// separators, underscores, control bytes and the Unicode confusables of `s` and `i` do not count.
[[nodiscard]] Likeness likeness(std::string_view known, std::string_view name) noexcept;

/// What the fields named exactly Transfer-Encoding and Content-Length say. Lookalikes never frame.
struct FramingFields {
  bool has_transfer_encoding = false;
  bool chunked = false;
  bool unsupported_coding = false;  // a coding other than chunked and identity: ALB answers 501
  bool has_content_length = false;
  bool chunked_twice = false;
  bool bad_content_length = false;   // not 1*DIGIT, or beyond 63 bits
  bool unequal_lengths = false;      // the second or a later one differs from the first
  std::uint64_t content_length = 0;  // of the first field
};

/// Classifies one request while its parser walks over it. Order of the evidence, which decides
/// among equal tiers: line structure, fields in order, framing, method, version, target.
class DesyncAnalysis {
 public:
  /// Evidence about lines, from the parser.
  void line_reason(DesyncReason reason) noexcept { lines_.raise(reason); }

  /// A field as it is to be judged. `clean` promises a token as name and kText bytes as value.
  /// False: a "Bad" field in the engine's words, which must not be passed to a target
  /// (NUL, CR or LF in it, or no name).
  bool add_field(std::string_view name, std::string_view value, bool clean) noexcept;

  /// False for a clean field that add_field would have nothing to say about.
  [[nodiscard]] static bool concerns(std::string_view clean_name) noexcept;

  [[nodiscard]] const FramingFields& framing() const noexcept { return framing_; }

  /// `minor` is -1 for HTTP/0.9. The other evidence is passed in by the parser as `request_line`.
  [[nodiscard]] Classification finish(std::string_view method, int minor,
                                      const Classification& request_line) const noexcept;

 private:
  void add_transfer_encoding(std::string_view value, bool exact) noexcept;
  void add_content_length(std::string_view value, bool exact) noexcept;
  void judge_framing(Classification& verdict, std::string_view method, int minor) const noexcept;

  Classification lines_;
  Classification fields_;
  Classification transfer_encoding_;
  Classification content_length_;
  FramingFields framing_;
  bool any_transfer_encoding_ = false;  // lookalikes included, here and below
  bool any_content_length_ = false;
  bool suspicious_ = false;
  bool seen_chunked_ = false;
  std::optional<std::uint64_t> seen_length_;
};

}  // namespace hoplab::http
