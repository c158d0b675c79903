// CommandFunction: a function that is a command of this machine. One process for each invocation
// that runs at once; they are kept for the next ones.
#pragma once

#include <vector>

#include "aws/lambda/environment.h"
#include "base/rng.h"

namespace hoplab::aws::lambda {

class CommandFunction final : public Function,
                              public std::enable_shared_from_this<CommandFunction>,
                              private Environment::Owner {
 public:
  /// `executions` is shared by all loops, as `connection_ids` is, which outlives this. `seed` is
  /// for the ids of its requests.
  CommandFunction(Loop& loop, std::string region, std::shared_ptr<const model::Function> function,
                  Execution::Count executions, std::atomic<std::uint64_t>& connection_ids,
                  std::uint64_t seed);
  ~CommandFunction() override;

  void invoke(std::shared_ptr<Invocation> invocation) override;
  void update(std::shared_ptr<const model::Function> function) override;
  void drain() override;
  void stop() override { drain(); }
  [[nodiscard]] std::size_t running() const noexcept override { return environments_.size(); }

 private:
  void place(std::shared_ptr<Invocation> invocation);
  void changed() override;
  void give_back(std::shared_ptr<Invocation> invocation) override;
  void take_out();
  [[nodiscard]] std::string new_request_id();

  Loop& loop_;
  std::string region_;
  std::shared_ptr<const model::Function> function_;
  Execution::Count executions_;
  std::atomic<std::uint64_t>& connection_ids_;
  Rng rng_;
  std::vector<std::shared_ptr<Environment>> environments_;
  bool drained_ = false;
  bool taking_out_ = false;
};

}  // namespace hoplab::aws::lambda
