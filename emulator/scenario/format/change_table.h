// The table of changes: how each is said in JSON. POST /v1/changes and hoplab ctl change read it.
//
//   { "change": "SetEndpointState", "Endpoint": "consumer", "State": "rejected" }
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/change.h"
#include "scenario/format/reader_table.h"

namespace hoplab::scenario {

struct ChangeRow {
  std::string_view name;   // AWS's where AWS has the operation
  const ObjectType* type;  // its members
  std::function<model::Change(const Node& node, ReadContext& context)> read;
};

const std::vector<ChangeRow>& change_rows();

/// One change or a list of them. The error names every mistake with its JSON pointer. `file`: what
/// paths in it are relative to.
Result<std::vector<model::Change>> read_changes(std::string_view json,
                                                const std::string& file = {});

}  // namespace hoplab::scenario
