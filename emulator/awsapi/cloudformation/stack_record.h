// Stacks as documents: what was asked for, what came of it, and how (aws-api.md 7).
//
// Of a stack's document, `properties` are what requests said (StackName, Parameters as an object,
// Tags, Capabilities, ...), `attributes` what it became:
//
//   StackStatus, StackStatusReason, CreationTime, LastUpdatedTime, DeletionTime, ChangeSetId
//   Secrets    names of parameters that are not told
//   Outputs    as DescribeStacks has them; Imports: names of exports
//   Resources  in the order of their making: Stack (of nested ones: their stack's name),
//              LogicalResourceId, PhysicalResourceId, ResourceType, Document, Properties,
//              Attributes, Retain, ResourceStatus, ResourceStatusReason, Timestamp
//   Events     the oldest first
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"

namespace hoplab::awsapi::cloudformation {

inline constexpr std::string_view kStackType = "hoplab::Stack";
inline constexpr std::string_view kChangeSetType = "hoplab::ChangeSet";

/// By name the one that is not deleted, by ARN any. Null: there is none.
const Document* find_stack(const Call& call, const std::string& name_or_id);

/// The same, or "Stack with id X does not exist".
ApiResult<const Document*> existing_stack(const Call& call, const std::string& name_or_id);

std::string status_of(const Document& stack);
std::string name_of_stack(const Document& stack);

/// A stack that nothing is in yet.
Document new_stack(const Call& call, const std::string& name);

/// Adds an event of the stack itself, and takes the status over.
void set_status(const Call& call, Document& stack, const std::string& status,
                const std::string& reason = {});

/// Adds an event of a resource.
void add_event(const Call& call, Document& stack, const Json& resource, const std::string& status,
               const std::string& reason = {});

/// Values by the names of in["Parameters"] that the stack was made with.
std::map<std::string, std::string> parameters_of_stack(const Document& stack);

/// As answers have them; those of `secrets` as asterisks.
Json parameter_list(const std::map<std::string, std::string>& values,
                    const std::vector<std::string>& secrets);

/// As DescribeStacks has it.
Json describe_stack(const Call& call, const Document& stack);

/// All exports of the caller's account and Region: {Name, Value, ExportingStackId}.
std::vector<Json> exports_of(const Call& call);

/// The names of stacks that import it.
std::vector<std::string> importers_of(const Call& call, const std::string& export_name);

}  // namespace hoplab::awsapi::cloudformation
