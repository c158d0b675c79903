// A plan's JSON: what a workspace would have once it is applied.
#pragma once

#include "scenario/terraform/instance.h"

namespace hoplab::scenario::terraform {

/// Ids and ARNs are made up, and what refers to them has them; the rest of what only an apply
/// knows is left out, and noted where a resource needs it.
Workspace read_plan(const Node& root);

}  // namespace hoplab::scenario::terraform
