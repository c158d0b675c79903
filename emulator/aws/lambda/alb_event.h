// The event that an Application Load Balancer makes of a request for a function
// (alb-features.md 2.2).
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.h"

namespace hoplab::aws::lambda {

/// Of a request's body, and of a function's answer: 1 MB each.
inline constexpr std::size_t kMostAlbBody = 1024 * 1024;

/// What a target group decides of the event.
struct AlbEventForm {
  std::string target_group_arn;
  bool multi_value_headers = false;  // lambda.multi_value_headers.enabled
};

/// Compact JSON, its members in the order that functions were seen to receive. `request` has the
/// fields that a target gets; `body` is all of its body. Nothing: some of its text is not UTF-8,
/// which JSON cannot say.
std::optional<std::string> alb_event(const http::Request& request, std::string_view body,
                                     const AlbEventForm& form);

/// The event of a health check.
std::string alb_health_check_event(std::string_view path, const AlbEventForm& form);

}  // namespace hoplab::aws::lambda
