// Requests of the Query protocol and of EC2's: a form, or a query, whose names are paths
// ("Tags.member.1.Key", EC2's "TagSpecification.1.Tag.1.Key"). aws-api.md 3 and 4.
#pragma once

#include <string_view>

#include "awsapi/service.h"

namespace hoplab::awsapi {

struct FormLimits {
  std::size_t parameters = 20'000;
  std::size_t depth = 12;  // parts of a name
};

/// The parameters as a tree by the parts of their names; leaves are text. An error is a sentence:
/// too many parameters, or two that cannot be both ("A" and "A.B").
ApiResult<Json> read_form(const Service& service, std::string_view form, const FormLimits& limits);

/// The members that `tree` gives. Empty text is as good as none; a list's items are in the order of
/// their numbers. What the table does not know is refused by its name, save what belongs to no
/// operation (Action, Version, signatures).
ApiResult<Json> bind_form(const Service& service, const Json& tree, Members members);

}  // namespace hoplab::awsapi
