// Custom resources: what their functions would do on AWS, as far as it can be told from outside.
//
// AwsCustomResource (Custom::AWS) says the call that it makes, and it is answered from the
// resources themselves. BucketDeployment copies files of the assembly. Behind the provider
// framework, a function whose environment holds an execute-api endpoint and a target group
// registers the endpoint's network interfaces; one that holds an endpoint service and a name gives
// the service that private DNS name (blog-and-sample.md 7.2).
#pragma once

#include <deque>
#include <map>
#include <string>
#include <vector>

#include "scenario/cloudformation/stack.h"
#include "scenario/resources/resource.h"

namespace hoplab::scenario::cloudformation {

/// Gives a custom resource that is being made the attributes that it answers with, and objects in
/// S3 that it puts there. Other resources stay as they are.
void answer(resources::Resource& resource, const std::deque<resources::Resource>& made,
            const Stack& stack, std::map<std::string, std::string>& objects,
            std::vector<std::string>& notes);

/// Adds what custom resources do to others, when all are made.
void add_effects(resources::Resources& all, std::vector<std::string>& notes);

}  // namespace hoplab::scenario::cloudformation
