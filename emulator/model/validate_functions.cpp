// Functions: who answers for each, and what its environment may not say.
#include <algorithm>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// "Defined runtime environment variables" that are reserved (configuration-envvars.html).
constexpr std::string_view kReservedVariables[] = {"AWS_REGION",
                                                   "AWS_DEFAULT_REGION",
                                                   "AWS_EXECUTION_ENV",
                                                   "AWS_LAMBDA_FUNCTION_NAME",
                                                   "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                                                   "AWS_LAMBDA_FUNCTION_VERSION",
                                                   "AWS_LAMBDA_INITIALIZATION_TYPE",
                                                   "AWS_LAMBDA_LOG_GROUP_NAME",
                                                   "AWS_LAMBDA_LOG_STREAM_NAME",
                                                   "AWS_LAMBDA_RUNTIME_API",
                                                   "AWS_ACCESS_KEY",
                                                   "AWS_ACCESS_KEY_ID",
                                                   "AWS_SECRET_ACCESS_KEY",
                                                   "AWS_SESSION_TOKEN",
                                                   "LAMBDA_TASK_ROOT",
                                                   "LAMBDA_RUNTIME_DIR"};

}  // namespace

void validate_functions(const Topology& topology, Findings& findings) {
  for (const Function& function : topology.functions) {
    const std::string path = at("/Functions", function.name);
    if (function.command.empty() == function.endpoint.empty()) {
      findings.add({path,
                    function.command.empty() ? "neither" : "both",
                    "a function has Command, which hoplab starts, or Endpoint, where somebody "
                    "answers Invoke",
                    {},
                    at(path, "Endpoint")});
    }
    for (const auto& [name, value] : function.environment) {
      if (std::ranges::find(kReservedVariables, name) == std::end(kReservedVariables)) continue;
      findings.add(at(at(at(path, "Environment"), "Variables"), name), in_quotes(value),
                   "Lambda sets this variable itself");
    }
  }
}

}  // namespace hoplab::model
