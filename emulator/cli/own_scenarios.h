// The scenarios that came with this command.
#pragma once

#include <string>

namespace hoplab::cli {

/// Their folder, in its source tree or where it was installed; "scenarios" when it is in neither.
std::string own_scenarios();

/// That of the AWS blog post.
std::string scenario_of_the_post();

/// The folder of the casebook.
std::string own_casebook();

}  // namespace hoplab::cli
