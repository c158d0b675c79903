#include "aws/lambda/lambda_backend.h"

#include "aws/lambda/alb_answer.h"
#include "aws/target_group/target_group.h"
#include "http/body_reading.h"

namespace hoplab::aws::lambda {

struct LambdaBackend::Waiting {
  Waiting(LambdaBackend& its_backend, WaitSlot& its_slot) : backend(its_backend), slot(its_slot) {
    backend.waiting_.push_back(this);
  }
  ~Waiting() { std::erase(backend.waiting_, this); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  LambdaBackend& backend;
  WaitSlot& slot;
  bool cut = false;
};

void LambdaBackend::cut() {
  for (Waiting* const one : waiting_) {
    one->cut = true;
    one->slot.notify();
  }
}

Task<http::Waited> LambdaBackend::wait(Invocation& invocation, http::ClientWatch* client,
                                       Duration most) {
  WaitSlot slot(loop_);
  const Waiting waiting(*this, slot);
  const http::Waited waited = co_await wait_for(loop_, invocation, slot, client, most, waiting.cut);
  co_return waited;
}

/// All of the body. `broke_off`: whoever sent it is gone.
Task<std::optional<Reason>> LambdaBackend::read_request(http::Request& request, std::string& body,
                                                        bool& broke_off) {
  if (!request.upgrade.empty()) co_return Reason::lambda_websocket_not_supported;
  if (!request.body) co_return std::nullopt;
  if (request.body->remaining().value_or(0) > kMostAlbBody) {
    co_return Reason::lambda_request_too_large;
  }
  const auto ended = co_await http::read_body(loop_, *request.body, body, kMostAlbBody);
  broke_off = ended == net::IoStatus::failed;
  if (body.size() > kMostAlbBody) co_return Reason::lambda_request_too_large;
  co_return std::nullopt;
}

std::optional<Reason> LambdaBackend::answer(const Invocation& invocation, http::Response& response,
                                            std::string& detail) const {
  detail = invocation.detail;
  if (invocation.failure) return invocation.failure;
  if (invocation.payload.size() > kMostAlbBody) {
    detail = "it returned " + std::to_string(invocation.payload.size()) + " bytes";
    return Reason::lambda_response_too_large;
  }
  auto why = read_alb_answer(invocation.payload, form_.multi_value_headers, response);
  if (!why) return std::nullopt;
  detail = std::move(*why);
  return Reason::lambda_invalid_response;
}

Task<BackendOutcome> LambdaBackend::exchange(http::Request& request, http::Response& response,
                                             const BackendLimits& limits, BackendCaller caller) {
  BackendOutcome outcome;
  const auto kept = function_;
  std::string body;
  bool broke_off = false;
  outcome.failure = co_await read_request(request, body, broke_off);
  if (outcome.failure || broke_off) co_return outcome;
  auto event = alb_event(request, body, form_);
  if (!event) {
    outcome.failure = Reason::lambda_bad_request;
    co_return outcome;
  }
  const auto invocation = std::make_shared<Invocation>();
  invocation->event = std::move(*event);
  invocation->trace_id = request.headers.get("X-Amzn-Trace-Id");
  std::uint64_t recorded = 0;
  if (log_.on()) {
    recorded =
        log_.add(request, {.receiver = name_, .kind = "function", .at = loop_.calendar()}, body);
  }
  outcome.sent_at = loop_.now();
  kept->invoke(invocation);
  const http::Waited waited = co_await wait(*invocation, request.client, limits.idle);
  if (recorded && log_.on()) log_.put_output(recorded, invocation->output);
  std::string unused;
  switch (waited) {
    case http::Waited::done:
      outcome.failure = answer(*invocation, response, caller.detail ? *caller.detail : unused);
      outcome.error_code = invocation->error_code;
      break;
    case http::Waited::late: outcome.failure = Reason::lambda_connection_timeout; break;
    case http::Waited::client_gone: outcome.failure = Reason::client_closed_before_response; break;
    case http::Waited::cut: outcome.failure = Reason::target_deregistered; break;
  }
  co_return outcome;
}

/// alb-features.md 2.5.
Task<void> LambdaBackend::probe(const model::HealthCheck& check, ProbeResult& result) {
  const auto kept = function_;
  const auto invocation = std::make_shared<Invocation>();
  invocation->event = alb_health_check_event(check.path, form_);
  kept->invoke(invocation);
  const http::Waited waited =
      co_await wait(*invocation, nullptr, std::chrono::seconds(check.timeout_s));
  if (waited == http::Waited::late) {
    result = {false, "Target.Timeout", "Request timed out", 0, "TimedOut"};
    co_return;
  }
  http::Response response;
  std::string detail;
  if (waited != http::Waited::done || answer(*invocation, response, detail)) {
    result = {false, "Target.FailedHealthChecks", "Health checks failed", 0, "TargetError"};
    co_return;
  }
  result.passed = matches(check.matcher, response.status);
  result.status = response.status;
  if (result.passed) co_return;
  result.reason = "Target.ResponseCodeMismatch";
  result.log_reason = response.status >= 500 ? "TargetError" : "ResponseCodeMismatch";
  result.description =
      "Health checks failed with these codes: [" + std::to_string(response.status) + "]";
}

}  // namespace hoplab::aws::lambda
