// HTTP desync classification: see desync.h.
#include "http/h1/desync.h"

#include <array>
#include <cstddef>
#include <limits>

#include "base/ascii.h"
#include "http/h1/http1_chars.h"

namespace hoplab::http {
namespace {

constexpr std::string_view kTransferEncoding = "transfer-encoding";
constexpr std::string_view kContentLength = "content-length";
constexpr std::uint64_t kGreatestLength = std::numeric_limits<std::int64_t>::max();

struct ReasonRow {
  std::string_view text;
  DesyncTier tier;
};

// In the order of DesyncReason.
constexpr std::array kReasons = {
    ReasonRow{"Compliant", DesyncTier::compliant},
    ReasonRow{"GetHeadZeroContentLength", DesyncTier::acceptable},
    ReasonRow{"NonCompliantHeader", DesyncTier::acceptable},
    ReasonRow{"NonCompliantVersion", DesyncTier::acceptable},
    ReasonRow{"SpaceInUri", DesyncTier::acceptable},
    ReasonRow{"NonCrLfLineTermination", DesyncTier::acceptable},
    ReasonRow{"AmbiguousUri", DesyncTier::ambiguous},
    ReasonRow{"BothTeClPresent", DesyncTier::ambiguous},
    ReasonRow{"DuplicateContentLength", DesyncTier::ambiguous},
    ReasonRow{"EmptyHeader", DesyncTier::ambiguous},
    ReasonRow{"SuspiciousHeader", DesyncTier::ambiguous},
    ReasonRow{"UndefinedContentLengthSemantics", DesyncTier::ambiguous},
    ReasonRow{"UndefinedTransferEncodingSemantics", DesyncTier::ambiguous},
    ReasonRow{"MultilineHeader", DesyncTier::ambiguous},
    ReasonRow{"PartialHeaderLine", DesyncTier::ambiguous},
    ReasonRow{"MissingLastEmptyLine", DesyncTier::ambiguous},
    ReasonRow{"MissingHeaderColon", DesyncTier::ambiguous},
    ReasonRow{"MissingUri", DesyncTier::ambiguous},
    ReasonRow{"BadContentLength", DesyncTier::severe},
    ReasonRow{"BadHeader", DesyncTier::severe},
    ReasonRow{"BadMethod", DesyncTier::severe},
    ReasonRow{"BadTransferEncoding", DesyncTier::severe},
    ReasonRow{"BadUri", DesyncTier::severe},
    ReasonRow{"BadVersion", DesyncTier::severe},
    ReasonRow{"MultipleContentLength", DesyncTier::severe},
    ReasonRow{"MultipleTransferEncodingChunked", DesyncTier::severe},
    ReasonRow{"SuspiciousTeClPresent", DesyncTier::severe},
};
static_assert(kReasons.size() ==
              static_cast<std::size_t>(DesyncReason::suspicious_te_cl_present) + 1);

constexpr std::array<std::string_view, 3> kModes = {"monitor", "defensive", "strictest"};

std::size_t next_alnum(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && !chars::is(text[from], chars::kAlnum)) ++from;
  return from;
}

bool is_blank(char c) noexcept {
  return static_cast<unsigned char>(c) <= 0x20;
}

std::size_t next_visible(std::string_view text, std::size_t from) noexcept {
  while (from < text.size() && is_blank(text[from])) ++from;
  return from;
}

/// Steps over one character of `text` at `at`; true when it reads as `letter`. U+017F (long s) and
/// U+0131 (dotless i) become S and I in upper case, which some servers apply to names.
bool step_over(char letter, std::string_view text, std::size_t& at) noexcept {
  if (lower_case(text[at]) == letter) {
    ++at;
    return true;
  }
  const auto pair = text.substr(at, 2);
  if ((letter == 's' && pair == "\xc5\xbf") || (letter == 'i' && pair == "\xc4\xb1")) {
    at += 2;
    return true;
  }
  ++at;
  return false;
}

/// Codings that the engine knows; parameters after ';' do not matter to it.
bool is_known_coding(std::string_view item) noexcept {
  const auto coding = chars::trim(item.substr(0, item.find(';')));
  for (const std::string_view known : {"chunked", "compress", "deflate", "gzip", "identity"}) {
    if (chars::is_word(coding, known)) return true;
  }
  return false;
}

bool reads_as_chunked(std::string_view item) noexcept {
  return chars::is_word(chars::trim(item.substr(0, item.find(';'))), "chunked");
}

}  // namespace

DesyncTier tier_of(DesyncReason reason) noexcept {
  return kReasons[static_cast<std::size_t>(reason)].tier;
}

std::string_view to_text(DesyncTier tier) noexcept {
  constexpr std::array<std::string_view, 4> kTiers = {"Compliant", "Acceptable", "Ambiguous",
                                                      "Severe"};
  return kTiers[static_cast<std::size_t>(tier)];
}

std::string_view to_text(DesyncReason reason) noexcept {
  return kReasons[static_cast<std::size_t>(reason)].text;
}

std::string_view to_text(DesyncMode mode) noexcept {
  return kModes[static_cast<std::size_t>(mode)];
}

std::optional<DesyncMode> desync_mode_from(std::string_view text) noexcept {
  for (std::size_t i = 0; i < kModes.size(); ++i) {
    if (kModes[i] == text) return static_cast<DesyncMode>(i);
  }
  return std::nullopt;
}

DesyncAction action_for(DesyncMode mode, DesyncTier tier) noexcept {
  if (mode == DesyncMode::monitor || tier == DesyncTier::compliant) return DesyncAction::allow;
  if (mode == DesyncMode::strictest || tier == DesyncTier::severe) return DesyncAction::block;
  return tier == DesyncTier::ambiguous ? DesyncAction::allow_then_close : DesyncAction::allow;
}

Likeness likeness(std::string_view known, std::string_view name) noexcept {
  if (name.size() < known.size()) return Likeness::distant;
  std::size_t at = next_alnum(name, 0);
  bool identical = at == 0 && known.size() == name.size();
  for (const char letter : known) {
    if (at == name.size()) return Likeness::distant;
    if (letter == '-' && at > 0 && is_blank(name[at - 1])) {  // blanks stand for the dash
      identical = false;
      at = next_alnum(name, at);
      continue;
    }
    std::size_t next = at;
    if (!step_over(letter, name, next)) {
      if (letter != '-') break;
      identical = false;
    }
    at = letter == '-' ? next_alnum(name, next) : next_visible(name, next);
  }
  if (at == name.size() && identical) return Likeness::identical;
  return next_alnum(name, at) == name.size() ? Likeness::same_letters : Likeness::distant;
}

bool DesyncAnalysis::concerns(std::string_view clean_name) noexcept {
  if (clean_name.size() < kContentLength.size()) return false;
  const char first = lower_case(clean_name.front());
  return first == 'c' || first == 't' || !chars::is(first, chars::kAlnum);
}

bool DesyncAnalysis::add_field(std::string_view name, std::string_view value, bool clean) noexcept {
  bool fatal = false;
  if (!clean) {
    fatal = chars::any(name, chars::kFatal) || chars::any(value, chars::kFatal);
    if (fatal) {
      fields_.raise(DesyncReason::bad_header);
    } else if (!chars::all(name, chars::kToken) || !chars::all(value, chars::kText)) {
      fields_.raise(DesyncReason::non_compliant_header);
    }
    if (chars::trim(name).empty()) {
      fields_.raise(DesyncReason::empty_header);
      return false;
    }
  }
  const Likeness te = likeness(kTransferEncoding, name);
  const Likeness cl = te == Likeness::distant ? likeness(kContentLength, name) : Likeness::distant;
  const bool exact = te == Likeness::identical || cl == Likeness::identical;
  const bool lookalike = te == Likeness::same_letters || cl == Likeness::same_letters;
  if (lookalike && fatal) return false;
  if (lookalike) {
    suspicious_ = true;
    fields_.raise(DesyncReason::suspicious_header);
  }
  if (exact || lookalike) {
    if (te != Likeness::distant) {
      add_transfer_encoding(value, exact);
    } else {
      add_content_length(value, exact);
    }
  }
  return !fatal;
}

void DesyncAnalysis::add_transfer_encoding(std::string_view value, bool exact) noexcept {
  any_transfer_encoding_ = true;
  framing_.has_transfer_encoding |= exact;
  chars::for_each_item(value, [this, exact](std::string_view item) {
    if (!is_known_coding(item)) {
      transfer_encoding_.raise(DesyncReason::bad_transfer_encoding);
    } else if (reads_as_chunked(item)) {
      if (seen_chunked_) transfer_encoding_.raise(DesyncReason::multiple_transfer_encoding_chunked);
      seen_chunked_ = true;
    }
    if (!exact) return;
    if (chars::is_word(item, "chunked")) {
      framing_.chunked_twice |= framing_.chunked;
      framing_.chunked = true;
    } else if (!chars::is_word(item, "identity")) {
      framing_.unsupported_coding = true;
    }
  });
}

void DesyncAnalysis::add_content_length(std::string_view value, bool exact) noexcept {
  any_content_length_ = true;
  const auto length = chars::decimal(chars::trim(value));
  if (exact) {
    // OBSERVED of ALBs: 2^64-1 is refused, and not as a desync's doing. The bound is inferred.
    if (!length || *length > kGreatestLength) {
      framing_.bad_content_length = true;
    } else if (!framing_.has_content_length) {
      framing_.content_length = *length;
    } else {
      framing_.unequal_lengths |= framing_.content_length != *length;
    }
    framing_.has_content_length = true;
  }
  if (!length) {
    content_length_.raise(DesyncReason::bad_content_length);
  } else if (!seen_length_) {
    seen_length_ = length;
  } else if (*seen_length_ != *length) {
    content_length_.raise(DesyncReason::multiple_content_length);
  } else {
    content_length_.raise(DesyncReason::duplicate_content_length);
  }
}

void DesyncAnalysis::judge_framing(Classification& verdict, std::string_view method,
                                   int minor) const noexcept {
  // Transfer-Encoding is not defined before HTTP/1.1, Content-Length not before HTTP/1.0; what else
  // these fields say cannot be judged then.
  if (minor <= 0 && any_transfer_encoding_) {
    verdict.raise(DesyncReason::undefined_transfer_encoding_semantics);
    return;
  }
  if (minor < 0 && any_content_length_) {
    verdict.raise(DesyncReason::undefined_content_length_semantics);
    return;
  }
  verdict.raise(transfer_encoding_);
  verdict.raise(content_length_);
  if (method == "GET" || method == "HEAD") {
    if (any_transfer_encoding_) {
      verdict.raise(DesyncReason::undefined_transfer_encoding_semantics);
    }
    if (seen_length_) {
      verdict.raise(*seen_length_ == 0 ? DesyncReason::get_head_zero_content_length
                                       : DesyncReason::undefined_content_length_semantics);
    }
  }
  if (any_transfer_encoding_ && seen_length_) {
    verdict.raise(suspicious_ ? DesyncReason::suspicious_te_cl_present
                              : DesyncReason::both_te_cl_present);
  }
}

Classification DesyncAnalysis::finish(std::string_view method, int minor,
                                      const Classification& request_line) const noexcept {
  Classification verdict = lines_;
  verdict.raise(fields_);
  if (any_transfer_encoding_ || any_content_length_) judge_framing(verdict, method, minor);
  verdict.raise(request_line);
  return verdict;
}

}  // namespace hoplab::http
