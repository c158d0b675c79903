// What a template is evaluated among: resources that are there already, exports and outputs.
#pragma once

#include "awsapi/cloudformation/stack_record.h"
#include "awsapi/template_values.h"
#include "scenario/cloudformation/stack.h"

namespace hoplab::awsapi::cloudformation {

/// Without what belongs to the stack of that id.
scenario::cloudformation::Deployed surroundings(const Call& call, const std::string& but_of_stack);

/// What Fn::GetAtt gives of a resource that is there.
Json all_attributes(const Call& call, const Document& document);

}  // namespace hoplab::awsapi::cloudformation
