// What a function returns to an Application Load Balancer, as the answer that its client gets
// (alb-features.md 2.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace hoplab::aws::lambda {

/// Fills `response`; its texts live in its arena. `multi_value_headers`: of the target group, which
/// decides where fields are looked for. What is returned is why `json` is no answer; nothing: it is
/// one.
std::optional<std::string> read_alb_answer(std::string_view json, bool multi_value_headers,
                                           http::Response& response);

}  // namespace hoplab::aws::lambda
