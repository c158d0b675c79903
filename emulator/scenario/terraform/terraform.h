// Terraform's states and plans as resources: an entry of a scenario's "templates" may name one.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/resources/project.h"
#include "scenario/terraform/state_file.h"

namespace hoplab::scenario::terraform {

struct Loaded {
  resources::Resources resources;
  resources::Overrides overrides;  // certificates with their private keys
  std::vector<std::string> notes;
  std::vector<std::pair<std::string, std::string>> outputs;  // but for sensitive ones
};

/// `folder`: which paths of files in it are relative to. `region`: where nothing says one.
Loaded to_resources(Workspace workspace, const std::string& folder, const std::string& region);

/// Nothing and a diagnostic: it cannot be read as one.
std::optional<Loaded> load(const std::string& file, const std::string& region,
                           std::vector<Diagnostic>& diagnostics);

/// Whether the file's text is one of Terraform's, or its name says that it is configuration.
bool is_terraform_file(const std::string& file);

}  // namespace hoplab::scenario::terraform
