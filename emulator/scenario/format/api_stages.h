// The stage variables that an API's node says, before it is read: of what asks somebody else in
// each stage, every one of these has to be known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/rest_api.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario {

/// Of all stages and canaries.
using StageVariables = std::vector<model::Texts>;

/// Those of each stage and of each canary of `api`; at least one stage's, which may have none.
StageVariables stage_variables_of(const Node& api);

/// What `text` is in the stages that have its variables, with their values: each but once.
std::vector<std::string> in_stages(std::string_view text, const StageVariables& stages);

}  // namespace hoplab::scenario
