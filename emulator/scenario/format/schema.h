// The scenario format as a JSON Schema, made from the reader's own table of properties.
#pragma once

#include <string_view>

namespace hoplab::scenario {

/// JSON Schema 2020-12, indented, with a line end; the text of docs/scenario.schema.json. Made at
/// the first call and kept for the life of the process.
std::string_view scenario_schema();

}  // namespace hoplab::scenario
