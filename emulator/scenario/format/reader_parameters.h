// Parameters: `${name}` in a scenario's texts, and values set from outside.
#pragma once

#include <string_view>
#include <vector>

#include "scenario/format/reader.h"
#include "scenario/format/reader_table.h"

namespace hoplab::scenario {

/// Whether `text` begins with a variable that API Gateway replaces, in each stage.
inline bool is_stage_variable(std::string_view text) {
  return text.starts_with("${stageVariables.");
}

/// Reads the root's `parameters` and gives them their values. Settings that no parameter has, and
/// parameters without any value, are reported.
std::vector<Parameter> read_parameters(const Node& root, const Settings& settings,
                                       ReadContext& context);

/// Replaces in all texts of the tree, but for `parameters`: `${name}` by a parameter's value,
/// `${vpce:name}` by the id of that VPC endpoint, `$${` by `${`. `${stageVariables.name}` stays.
void substitute(Node& root, const std::vector<Parameter>& parameters, ReadContext& context);

}  // namespace hoplab::scenario
