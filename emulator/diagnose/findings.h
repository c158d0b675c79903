// How findings are named, counted and written as JSON.
#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "diagnose/diagnosis.h"

namespace hoplab::diagnose {

std::string finding_title(const Finding& finding);
/// A JSON array of the first `named`.
nlohmann::ordered_json finding_objects(const std::vector<Finding>& findings, std::size_t named);
/// How many of them are likely enough, and not more than `most`.
std::size_t worth_naming(const std::vector<Finding>& findings, std::size_t most);

}  // namespace hoplab::diagnose
