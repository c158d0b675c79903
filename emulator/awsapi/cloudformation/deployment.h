// What makes, changes and removes the resources of a stack: all of it or nothing, and traffic has
// it when the operation answers.
#pragma once

#include <map>
#include <string>

#include "awsapi/cloudformation/stack_record.h"
#include "awsapi/cloudformation/template_text.h"

namespace hoplab::awsapi::cloudformation {

/// What a stack is to become.
struct Order {
  Template of;
  std::map<std::string, std::string> parameters;  // all of them, as they were said or by default
};

/// Makes the stack of a record, or changes it to what is ordered. The record gets its events, its
/// status (CREATE_COMPLETE, ROLLBACK_COMPLETE, UPDATE_COMPLETE, UPDATE_ROLLBACK_COMPLETE), outputs
/// and resources, and is kept.
void deploy(const Call& call, Document stack, Order order);

struct Plan {
  Json changes = Json::array();  // as DescribeChangeSet has them
  bool outputs_differ = false;
};
/// What deploy() would do. The error: the template cannot be evaluated.
ApiResult<Plan> plan(const Call& call, const Document& stack, const Order& order);

/// Removes what the stack has, but what is retained, the last of it first. DELETE_COMPLETE, or
/// DELETE_FAILED with what is left.
void tear_down(const Call& call, Document stack, const std::vector<std::string>& retained);

}  // namespace hoplab::awsapi::cloudformation
