// Parameters: `${name}` in a scenario's texts, and values set from outside.
#pragma once

#include <vector>

#include "scenario/format/reader.h"
#include "scenario/format/reader_table.h"

namespace hoplab::scenario {

/// Reads the root's `parameters` and gives them their values. Settings that no parameter has, and
/// parameters without any value, are reported.
std::vector<Parameter> read_parameters(const Node& root, const Settings& settings,
                                       ReadContext& context);

/// Replaces in all texts of the tree, but for `parameters`: `${name}` by a parameter's value,
/// `${vpce:name}` by the id of that VPC endpoint, `$${` by `${`.
void substitute(Node& root, const std::vector<Parameter>& parameters, ReadContext& context);

}  // namespace hoplab::scenario
