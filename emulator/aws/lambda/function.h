// Function: what runs invocations, as a load balancer or an API sees it. Each loop has its own;
// what they share is how often the function runs at once.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "aws/lambda/invocation.h"
#include "model/topology.h"

namespace hoplab::aws::lambda {

/// arn:aws:lambda:REGION:ACCOUNT:function:NAME
std::string function_arn(std::string_view region, std::string_view name);

class Function {
 public:
  virtual ~Function() = default;

  /// Runs it as soon as can be, or refuses it at once; `invocation` says when it is done.
  virtual void invoke(std::shared_ptr<Invocation> invocation) = 0;
  /// For invocations from now on.
  virtual void update(std::shared_ptr<const model::Function> function) = 0;
  /// It is deleted: what it runs ends.
  virtual void drain() = 0;
  virtual void stop() = 0;
  /// What has not ended yet.
  [[nodiscard]] virtual std::size_t running() const noexcept = 0;
};

/// One of the executions that a function may have at once, in all loops together. It counts as long
/// as it lives.
class Execution {
 public:
  using Count = std::shared_ptr<std::atomic<int>>;

  /// Gives `invocation` one. False: there are as many as there may be, and it has failed.
  static bool begin(const Count& count, const model::Function& function, Invocation& invocation);
  explicit Execution(Count count) : count_(std::move(count)) {}
  ~Execution() { --*count_; }
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

 private:
  Count count_;
};

}  // namespace hoplab::aws::lambda
