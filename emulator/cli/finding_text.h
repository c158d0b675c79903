// How the findings of `hoplab explain` are printed.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "cli/commands.h"
#include "diagnose/diagnosis.h"

namespace hoplab::cli {

std::string finding_title(const diagnose::Finding& finding);
std::string finding_report(std::size_t number, const diagnose::Finding& finding);
/// A JSON array of the first `named`.
nlohmann::ordered_json finding_objects(const std::vector<diagnose::Finding>& findings,
                                       std::size_t named);
/// How many of them are likely enough, and not more than `most`.
std::size_t worth_naming(const std::vector<diagnose::Finding>& findings, std::size_t most);

/// explain --capture: each connection that did not end in order, what was seen, and why.
int explain_capture(const diagnose::Diagnosis& diagnosis, const diagnose::Question& known,
                    const ExplainOptions& options);

}  // namespace hoplab::cli
