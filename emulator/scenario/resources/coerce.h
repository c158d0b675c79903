// A value's JSON kind as a property has it: templates may say "443" for a number, "true" for a
// boolean and 200 for a text.
#pragma once

#include "scenario/format/reader_table.h"

namespace hoplab::scenario::resources {

/// Members that the type does not know stay as they are, for the reader to name.
void coerce(const ObjectType& type, Node& object);

}  // namespace hoplab::scenario::resources
