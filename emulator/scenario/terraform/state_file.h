// Terraform's files, told apart by what they hold: a state as terraform.tfstate has it (version 4),
// what `terraform show -json` makes of a state, and what it makes of a plan. Configuration (*.tf,
// *.tf.json) is Terraform's to evaluate, and is refused.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/terraform/instance.h"

namespace hoplab::scenario::terraform {

/// A state of ten thousand resources has some 50 MB.
inline constexpr std::size_t kLargestFile = 64 << 20;
inline constexpr std::size_t kMostInstances = 20'000;

/// Whether the tree is one of Terraform's, configuration in JSON among them.
bool is_terraform(const Node& root);

/// Whether a file of that name is configuration in Terraform's own language.
bool is_configuration(const std::string& file);

/// Nothing and a diagnostic: it is none of these files, or of another version.
std::optional<Workspace> parse_workspace(std::string_view text, const std::string& file,
                                         std::vector<Diagnostic>& diagnostics);

/// The resources of a state's or a plan's "root_module", with those of modules in it.
void read_modules(const Node& module, std::vector<Instance>& into);

/// "aws_lb" of "aws_alb", its older name.
std::string usual_type(std::string type);

}  // namespace hoplab::scenario::terraform
