// What stands within a resource of Terraform's, or for several at once, and is a resource of its
// own in CloudFormation.
#pragma once

#include <string>
#include <vector>

#include "scenario/terraform/instance.h"

namespace hoplab::scenario::terraform {

/// Adds an instance for each peer of a security group's rules (as an
/// aws_vpc_security_group_ingress_rule has it), and those for whom an endpoint service is and what
/// it is called; a private domain name's mappings get its ARN. `notes`: what has no effect.
void spread(std::vector<Instance>& all, std::vector<std::string>& notes);

}  // namespace hoplab::scenario::terraform
