#include "aws/lambda/command_function.h"

namespace hoplab::aws::lambda {

CommandFunction::CommandFunction(Loop& loop, std::string region,
                                 std::shared_ptr<const model::Function> function,
                                 Execution::Count executions,
                                 std::atomic<std::uint64_t>& connection_ids, std::uint64_t seed)
    : loop_(loop),
      region_(std::move(region)),
      function_(std::move(function)),
      executions_(std::move(executions)),
      connection_ids_(connection_ids),
      rng_(seed) {}

CommandFunction::~CommandFunction() {
  for (const auto& one : environments_) one->leave();
}

void CommandFunction::invoke(std::shared_ptr<Invocation> invocation) {
  invocation->request_id = new_request_id();
  if (drained_) {
    return invocation->fail(Reason::lambda_resource_not_found, "the function was deleted");
  }
  if (!Execution::begin(executions_, *function_, *invocation)) return;
  place(std::move(invocation));
}

/// One that waits, or is about to; else a new one.
void CommandFunction::place(std::shared_ptr<Invocation> invocation) {
  const auto current = [this](const auto& one) { return &one->function() == function_.get(); };
  for (const auto& one : environments_) {
    if (current(one) && one->idle()) return one->run(std::move(invocation));
  }
  for (const auto& one : environments_) {
    if (current(one) && one->nearly_idle()) return one->run(std::move(invocation));
  }
  Environment::Settings settings{function_, region_, {}};
  const std::string day = iso8601_seconds(epoch_seconds(loop_.calendar())).substr(0, 10);
  settings.log_stream = day.substr(0, 4) + "/" + day.substr(5, 2) + "/" + day.substr(8, 2) +
                        "/[$LATEST]" + new_request_id();
  std::erase(settings.log_stream, '-');
  auto started = Environment::start(loop_, *this, std::move(settings), connection_ids_);
  if (!started) return invocation->fail(Reason::lambda_service_exception, started.error());
  environments_.push_back(std::move(started).value());
  environments_.back()->run(std::move(invocation));
}

void CommandFunction::update(std::shared_ptr<const model::Function> function) {
  if (function_ == function || *function_ == *function) return;
  function_ = std::move(function);
  changed();
}

void CommandFunction::drain() {
  drained_ = true;
  const auto all = environments_;
  for (const auto& one : all) one->end(Reason::target_deregistered, "the function was deleted");
}

/// Not in its own turn: one of them may be at work.
void CommandFunction::changed() {
  if (std::exchange(taking_out_, true)) return;
  loop_.post([weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->take_out();
  });
}

void CommandFunction::take_out() {
  taking_out_ = false;
  const auto all = environments_;
  for (const auto& one : all) {
    const bool outdated = &one->function() != function_.get();
    if (outdated && one->idle()) one->end(Reason::target_deregistered, "the function was changed");
  }
  std::erase_if(environments_, [](const auto& one) { return one->gone(); });
}

void CommandFunction::give_back(std::shared_ptr<Invocation> invocation) {
  if (drained_) {
    return invocation->fail(Reason::target_deregistered, "the function was deleted");
  }
  place(std::move(invocation));
}

/// A version 4 UUID.
std::string CommandFunction::new_request_id() {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string id = "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
  for (char& c : id) {
    if (c == 'x') c = kHex[rng_.below(16)];
    if (c == 'y') c = kHex[8 + rng_.below(4)];
  }
  return id;
}

}  // namespace hoplab::aws::lambda
