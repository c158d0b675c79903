// A stage's settings as they are for one method, and the usage plans of a topology, compiled
// (apigateway-features.md 4, 8; apigateway.md 12).
//
// What MethodSettings say of a method goes before what they say of all methods, value by value.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
#pragma once

#include <optional>
#include <string_view>

#include "aws/apigateway/throttle.h"
#include "aws/apigateway/usage_plan.h"
#include "base/result.h"
#include "model/topology.h"

namespace hoplab::aws {

/// What is written of a request.
struct ExecutionLogging {
  model::LoggingLevel level = model::LoggingLevel::off;
  bool data_trace = false;  // fields and bodies, too
  [[nodiscard]] bool on() const noexcept { return level != model::LoggingLevel::off; }
};

struct MethodStage {
  ExecutionLogging logging;
  bool metrics = false;
  std::optional<ThrottleSettings> throttle;  // all methods' own, too: each has such a bucket
};

/// Of "/widgets/{id}" and "GET"; of no method there is, what is said of all.
[[nodiscard]] MethodStage method_stage(const model::RestApiStage& stage, std::string_view path,
                                       std::string_view http_method);

/// The quota of a plan as it counts.
[[nodiscard]] Quota quota_of(const model::UsagePlan::Quota& quota);

/// Ids are those that hoplab derives from the names. Errors name the plan or the key.
Result<UsagePlans> usage_plans_of(const model::Topology& topology, const UsagePlans* previous);

}  // namespace hoplab::aws
