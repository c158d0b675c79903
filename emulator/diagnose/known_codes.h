// What every code means that a load balancer or an API writes: verdicts, reasons, statuses, from
// the tables by which hoplab itself produces them. It answers where the casebook has no case.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/cause.h"
#include "scenario/casebook/sign.h"

namespace hoplab::diagnose {

struct CodeMeaning {
  std::string code;   // "Failed:ClientCertRejected", "501", "LambdaUnhandled"
  std::string hop;    // who says so
  std::string cause;  // a sentence
  bool exact = true;  // false: it stands for several causes, like most statuses
};

/// Learns the codes that stand in a line as words of their own, whatever is around them.
void read_codes(std::string_view line, scenario::Facts& facts);

/// The first reason in a comment of hoplab's own captures, "..., hairpin: ..."; empty: there is
/// none.
[[nodiscard]] std::string_view reason_in(std::string_view comment) noexcept;

/// Of the reasons by which hoplab records ends, those of connections that were just done.
[[nodiscard]] bool is_ordinary(Reason reason) noexcept;
/// Likewise by its name; false for what is no reason.
[[nodiscard]] bool is_ordinary(std::string_view reason) noexcept;

/// The meaning of the most telling code among the facts.
[[nodiscard]] std::optional<CodeMeaning> meaning_of(const scenario::Facts& facts);

}  // namespace hoplab::diagnose
