// How the findings of `hoplab explain` are printed.
#pragma once

#include <cstddef>
#include <string>

#include "cli/commands.h"
#include "diagnose/findings.h"

namespace hoplab::cli {

std::string finding_report(std::size_t number, const diagnose::Finding& finding);

/// explain --capture: each connection that did not end in order, what was seen, and why.
int explain_capture(const diagnose::Diagnosis& diagnosis, const diagnose::Question& known,
                    const ExplainOptions& options);

}  // namespace hoplab::cli
