// CloudFormation's operations, one function each, named as AWS names them. What fails later than
// the request is the stack's status and its events.
#pragma once

#include "awsapi/service.h"

namespace hoplab::awsapi::cloudformation {

ApiResult<Json> create_change_set(const Call& call, const Json& in);
ApiResult<Json> create_stack(const Call& call, const Json& in);
ApiResult<Json> delete_change_set(const Call& call, const Json& in);
ApiResult<Json> delete_stack(const Call& call, const Json& in);
ApiResult<Json> describe_change_set(const Call& call, const Json& in);
ApiResult<Json> describe_stack_events(const Call& call, const Json& in);
ApiResult<Json> describe_stack_resource(const Call& call, const Json& in);
ApiResult<Json> describe_stack_resources(const Call& call, const Json& in);
ApiResult<Json> describe_stacks(const Call& call, const Json& in);
ApiResult<Json> execute_change_set(const Call& call, const Json& in);
ApiResult<Json> get_template(const Call& call, const Json& in);
ApiResult<Json> get_template_summary(const Call& call, const Json& in);
ApiResult<Json> list_change_sets(const Call& call, const Json& in);
ApiResult<Json> list_exports(const Call& call, const Json& in);
ApiResult<Json> list_imports(const Call& call, const Json& in);
ApiResult<Json> list_stack_resources(const Call& call, const Json& in);
ApiResult<Json> list_stacks(const Call& call, const Json& in);
ApiResult<Json> update_stack(const Call& call, const Json& in);
ApiResult<Json> update_termination_protection(const Call& call, const Json& in);
ApiResult<Json> validate_template(const Call& call, const Json& in);

}  // namespace hoplab::awsapi::cloudformation
