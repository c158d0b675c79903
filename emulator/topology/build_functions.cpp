// A loop's functions: commands of this machine, and those that somebody else answers for.

#include "aws/lambda/command_function.h"
#include "aws/lambda/endpoint_function.h"
#include "topology/building.h"

namespace hoplab::topology {

namespace {

/// The loops share how many of a function run.
aws::lambda::Execution::Count executions(Shared& shared, const std::string& function) {
  const std::lock_guard lock(shared.functions_mutex);
  auto& count = shared.executions[function];
  if (!count) count = std::make_shared<std::atomic<int>>(0);
  return count;
}

}  // namespace

std::string function_key(const model::Function& function) {
  return function.name + (function.endpoint.empty() ? "" : " at " + function.endpoint);
}

void build_functions(const Building& building) {
  const auto& functions = building.topology().functions;
  for (std::size_t i = 0; i < functions.size(); ++i) {
    const auto function = functions.share(i);
    building.components.functions.keep(
        function_key(*function),
        [&]() -> std::shared_ptr<aws::lambda::Function> {
          const auto count = executions(building.shared, function->name);
          if (function->endpoint.empty()) {
            return std::make_shared<aws::lambda::CommandFunction>(
                building.loop, building.topology().region, function, count, building.shared.leg_ids,
                building.next_seed++);
          }
          return std::make_shared<aws::lambda::EndpointFunction>(
              building.loop, function,
              net::make_tcp_dialer(building.loop, building.next.endpoints.at(function->name)),
              count);
        },
        [&](aws::lambda::Function& one) { one.update(function); });
  }
}

}  // namespace hoplab::topology
