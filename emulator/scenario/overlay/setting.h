// One value of a scenario by its path, as --set names it.
#pragma once

#include <string>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

/// Whether `name` can be a path: it begins with / or has a dot, or is a member of every scenario.
bool is_path(const std::string& name);

/// Puts `value` at `path`: JSON where such a value may stand there, else the text as it is; null
/// takes away what is there. Objects on the way are made. Names of members may have dots: a path
/// with dots goes by the names that are there or that the format has, a JSON pointer says it
/// without doubt. "-" as an index is the place behind a list's last.
void set_value(Node& root, const std::string& path, const std::string& value,
               std::vector<Diagnostic>& diagnostics);

}  // namespace hoplab::scenario
