// What operations on target groups share.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "awsapi/elbv2/resources.h"

namespace hoplab::awsapi::elbv2 {

/// By target group, ARNs of the load balancers whose listeners or rules forward to it.
using GroupUsers = std::map<std::string, std::set<std::string>>;
GroupUsers users_of_groups(const Call& call);
/// Those of one group.
std::vector<std::string> load_balancers_of(const Call& call, const std::string& group);

}  // namespace hoplab::awsapi::elbv2
