// A scenario of one's own: a case's, with the times and sizes that somebody saw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.h"
#include "scenario/casebook/case.h"

namespace hoplab::diagnose {

struct Seen {
  std::string what;               // a sentence, for the scenario's story
  std::string end;                // "reset", "closed": as Fact::end has it
  std::optional<double> after_s;  // of quiet, or of waiting
  std::uint64_t sent_bytes = 0;   // by the client, of its requests; 0: not known
};

struct Reproduction {
  std::string text;     // JSON
  std::string changes;  // what was made as it was seen, in words; empty: nothing
};

/// `case_text` is the case's file. Where the quiet was at least as long as the case's timeout, the
/// checks wait as long; where it was shorter, or somebody ended the connection because of it, the
/// timeout is what was seen. Requests that have a body have as much. `schema` is what the file
/// names as its schema.
Result<Reproduction> reproduction(const std::string& case_text, const scenario::Case& known,
                                  const Seen& seen, const std::string& schema);

}  // namespace hoplab::diagnose
