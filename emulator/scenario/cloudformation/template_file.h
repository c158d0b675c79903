// Template files: JSON and YAML, told apart and recognised by what they hold.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/format/diagnostics.h"
#include "scenario/format/reader_document.h"

namespace hoplab::scenario::cloudformation {

/// Whether a text that does not begin as JSON is YAML, which of all our files only templates are.
bool is_yaml(std::string_view text);

/// Whether the tree is a template's: it has Resources or AWSTemplateFormatVersion, which no
/// scenario has.
bool is_template(const Node& root);

/// Nothing and a diagnostic: it is none, it is too large, or CloudFormation changes it before it
/// reads it (Transform), as it does SAM's.
std::optional<Node> parse_template(std::string_view text, const std::string& file,
                                   std::vector<Diagnostic>& diagnostics);

/// The same of a file.
std::optional<Node> load_template(const std::string& file, std::vector<Diagnostic>& diagnostics);

}  // namespace hoplab::scenario::cloudformation
