// Manual pages, made of what --help says.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace hoplab::cli {

/// hoplab.1, and hoplab-up.1 and the like for each subcommand, into `folder`, which is made if need
/// be. An exit code.
int write_man_pages(const CLI::App& app, const std::string& folder);

}  // namespace hoplab::cli
