// Calls of AWS's API that AwsCustomResource makes, answered from resources.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "scenario/resources/resource.h"

namespace hoplab::scenario::cloudformation {

/// A call as CDK writes it into Create, which is JSON text or an object.
struct AwsCall {
  std::string action;  // "describeVpcEndpoints"
  Node parameters;     // an object
};
std::optional<AwsCall> call_of(const resources::Resource& resource);

/// The answer as the SDK has it; nothing: it is none that hoplab knows.
std::optional<Node> answer_of(const AwsCall& call, const std::deque<resources::Resource>& made);

}  // namespace hoplab::scenario::cloudformation
