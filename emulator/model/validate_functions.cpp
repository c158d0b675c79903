// Functions: who answers for each.
#include "model/validate_parts.h"

namespace hoplab::model {

void validate_functions(const Topology& topology, Findings& findings) {
  for (const Function& function : topology.functions) {
    const std::string path = at("/Functions", function.name);
    if (function.command.empty() == function.endpoint.empty()) {
      findings.add(path, function.command.empty() ? "neither" : "both",
                   "a function has Command, which hoplab starts, or Endpoint, where somebody "
                   "answers Invoke");
    }
  }
}

}  // namespace hoplab::model
