// What a plain scalar of YAML is: nothing, a boolean, a number or a text.
#pragma once

#include <string>

#include "scenario/yaml/yaml_document.h"

namespace hoplab::scenario {

/// Sets kind and value of `node`. A number that 64 bits do not hold keeps its digits; whatever
/// looks like a date or a time of day stays a text.
void assign_plain(Node& node, const std::string& text, YamlDialect dialect);

}  // namespace hoplab::scenario
