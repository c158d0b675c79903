// EndpointFunction: a function that somebody else runs, who answers Invoke as Lambda does.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
#pragma once

#include <list>

#include "aws/lambda/function.h"
#include "base/task_group.h"
#include "net/connection.h"

namespace hoplab::aws::lambda {

class EndpointFunction final : public Function,
                               public std::enable_shared_from_this<EndpointFunction> {
 public:
  /// `dialer` reaches the endpoint. `executions` is shared by all loops.
  EndpointFunction(Loop& loop, std::shared_ptr<const model::Function> function,
                   std::shared_ptr<net::Dialer> dialer, Execution::Count executions)
      : loop_(loop),
        function_(std::move(function)),
        dialer_(std::move(dialer)),
        executions_(std::move(executions)) {}

  void invoke(std::shared_ptr<Invocation> invocation) override;
  void update(std::shared_ptr<const model::Function> function) override {
    function_ = std::move(function);
  }
  void drain() override;
  void stop() override { drain(); }
  [[nodiscard]] std::size_t running() const noexcept override { return tasks_.running(); }

 private:
  Task<void> run(std::shared_ptr<Invocation> invocation);
  Task<void> ask(std::unique_ptr<net::Stream> stream, Invocation& invocation);

  Loop& loop_;
  std::shared_ptr<const model::Function> function_;
  std::shared_ptr<net::Dialer> dialer_;
  Execution::Count executions_;
  std::list<net::Stream*> live_;
  bool drained_ = false;
  TaskGroup tasks_;
};

}  // namespace hoplab::aws::lambda
