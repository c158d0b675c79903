// A scenario's "templates": CloudFormation templates and CDK assemblies whose resources the
// scenario has beside its own.
//
// Before anything is read of a scenario's tree, they are evaluated together and projected, and the
// scenario is merged over what came of them (RFC 7396), so that it can say what templates do not:
// pki, services, checks, and other values of theirs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenario/cloudformation/stack.h"
#include "scenario/format/reader_table.h"
#include "scenario/resources/project.h"

namespace hoplab::scenario::cloudformation {

/// An entry of the list, as read.
struct TemplateSource {
  std::string file;                    // a template, or an assembly's folder; as it can be opened
  std::string stack, account, region;  // of a template; empty: found
  std::map<std::string, std::string> parameters;  // by name, or "Stack.Name"
  resources::Overrides overrides;
};

const ObjectType& template_type();

/// What there is to be said of templates, beside mistakes.
struct TemplatesReport {
  resources::Report resources;
  std::vector<Output> outputs;
};

/// Replaces the tree by the templates' with the tree merged over it. `parameters` go before those
/// that the entries give. Adds what was read to `files`.
TemplatesReport expand_templates(Node& root, const std::map<std::string, std::string>& parameters,
                                 ReadContext& context, std::vector<Diagnostic>& diagnostics,
                                 std::vector<std::string>& files);

/// A scenario that has these templates alone: files and folders as given, relative to the working
/// folder.
Node scenario_of_templates(const std::vector<std::string>& files);

}  // namespace hoplab::scenario::cloudformation
