// What CreateStack, UpdateStack and CreateChangeSet share.
#pragma once

#include <map>
#include <string>

#include "awsapi/cloudformation/deployment.h"

namespace hoplab::awsapi::cloudformation {

/// What a request orders: its template, or the stack's own where it says UsePreviousTemplate, with
/// its parameters and those that the stack has.
ApiResult<Order> order_of(const Call& call, const Json& in, const Document* stack);

/// A name of a stack: letters, digits and hyphens, a letter first, at most 128.
Refusal check_stack_name(const std::string& name);

/// What a request says of a stack beside its template, over what it had.
void take_settings(const Json& in, Document& stack);

/// Whether an update may begin: the stack is at rest, and has something.
Refusal check_can_be_updated(const Document& stack);

inline constexpr const char* kNoUpdates = "No updates are to be performed.";

}  // namespace hoplab::awsapi::cloudformation
