// RFC 7396: a tree merged over another one.
#pragma once

#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

/// Members of `patch` take the place of those of `target`, objects are merged, null takes a member
/// away. Beyond the RFC, a null that takes nothing away is reported: it was meant for something.
void merge_over(Node& target, Node patch, std::vector<Diagnostic>& diagnostics);

/// Takes the member of that name away, if it is there.
bool take_away(Node& object, std::string_view key);

/// Nothing like the `null` at `node` stands in `object`.
Diagnostic nothing_to_take_away(const Node& object, const Node& node);

}  // namespace hoplab::scenario
