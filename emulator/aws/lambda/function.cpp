#include "aws/lambda/function.h"

namespace hoplab::aws::lambda {

namespace {

/// Of a Region, for all functions that reserve none (quotas page of Lambda).
constexpr int kAccountConcurrency = 1000;

}  // namespace

std::string function_arn(std::string_view region, std::string_view name) {
  return "arn:aws:lambda:" + std::string(region) + ":" + model::kDefaultAccount +
         ":function:" + std::string(name);
}

bool Execution::begin(const Count& count, const model::Function& function, Invocation& invocation) {
  const int most = function.reserved_concurrent_executions.value_or(kAccountConcurrency);
  for (int now = count->load(); now < most;) {
    if (!count->compare_exchange_weak(now, now + 1)) continue;
    invocation.execution = std::make_shared<Execution>(count);
    return true;
  }
  invocation.fail(Reason::lambda_throttling, std::string(function.reserved_concurrent_executions
                                                             ? "ReservedConcurrentExecutions is "
                                                             : "an account's concurrency is ") +
                                                 std::to_string(most));
  return false;
}

}  // namespace hoplab::aws::lambda
