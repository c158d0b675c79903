// CDK's cloud assembly: what cdk synth leaves in cdk.out.
// https://github.com/aws/aws-cdk/tree/main/packages/@aws-cdk/cloud-assembly-schema
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenario/cloudformation/stack.h"
#include "scenario/format/diagnostics.h"

namespace hoplab::scenario::cloudformation {

/// Whether the path is a folder with a manifest.json.
bool is_assembly(const std::string& path);

/// Its stacks, each behind those that it depends on; an account and a Region that it does not say
/// are empty. Files that were read are added to `files`.
std::vector<Stack> load_assembly(const std::string& folder, std::vector<Diagnostic>& diagnostics,
                                 std::vector<std::string>& files);

}  // namespace hoplab::scenario::cloudformation
