// What operations on target groups share.
#pragma once

#include <string>
#include <vector>

#include "awsapi/elbv2/resources.h"

namespace hoplab::awsapi::elbv2 {

/// ARNs of the load balancers whose listeners or rules forward to the group.
std::vector<std::string> load_balancers_of(const Call& call, const std::string& group);

}  // namespace hoplab::awsapi::elbv2
