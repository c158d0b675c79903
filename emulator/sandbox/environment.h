// The environment of a command.
#pragma once

#include <string>
#include <vector>

namespace hoplab::sandbox {

/// That of this process, NAME=value each.
std::vector<std::string> own_environment();
/// Sets one, in the place of the one of its name.
void set_variable(std::vector<std::string>& environment, const std::string& name,
                  const std::string& value);
/// Where PATH has the program; empty: nowhere.
std::string in_path(const std::string& program);
/// The part of a variable's name that stands for `name`: "my-client" is MY_CLIENT.
std::string variable_part(const std::string& name);

}  // namespace hoplab::sandbox
