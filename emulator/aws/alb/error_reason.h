// A request's failure as the access log's error_reason has it: LambdaThrottling of
// lambda-throttling, JWKSRequestTimeout of jwks-request-timeout.
#pragma once

#include <string>

#include "base/cause.h"

namespace hoplab::aws {

/// Empty: AWS has no word for it.
std::string error_reason(Reason reason);

}  // namespace hoplab::aws
