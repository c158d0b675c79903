#include "aws/lambda/endpoint_function.h"

#include <algorithm>
#include <array>

#include "aws/lambda/one_line.h"
#include "aws/lambda/runtime_api.h"
#include "http/body_reading.h"
#include "http/h1/http1_client.h"
#include "http/text_body.h"

namespace hoplab::aws::lambda {

namespace {

constexpr Duration kConnectTimeout = 10s;
/// The longest that a function may run; who is at the endpoint knows how long this one may.
constexpr Duration kEndpointPatience = 900s;
constexpr std::size_t kMostAnswer = 6 * 1024 * 1024 + 100;

/// Errors of Invoke that say why a function cannot run, as the access log names them
/// (alb-features.md 8). https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
constexpr std::string_view kLambda = "Lambda";
constexpr std::array<std::string_view, 13> kCannotRun = {
    "LambdaEC2AccessDeniedException",
    "LambdaEC2ThrottledException",
    "LambdaEC2UnexpectedException",
    "LambdaENILimitReachedException",
    "LambdaInvalidRuntimeException",
    "LambdaInvalidSecurityGroupIDException",
    "LambdaInvalidSubnetIDException",
    "LambdaInvalidZipFileException",
    "LambdaKMSAccessDeniedException",
    "LambdaKMSDisabledException",
    "LambdaKMSInvalidStateException",
    "LambdaKMSNotFoundException",
    "LambdaSubnetIPAddressLimitReachedException"};

/// Empty: it is none of them.
std::string_view cannot_run(std::string_view type) {
  const auto* const found = std::ranges::find(
      kCannotRun, type, [](std::string_view code) { return code.substr(kLambda.size()); });
  return found == kCannotRun.end() ? std::string_view() : *found;
}

/// What an answer of Invoke means that is none of the function's.
Reason reason_of(int status) {
  switch (status) {
    case 400: return Reason::lambda_bad_request;
    case 401:
    case 403: return Reason::lambda_access_denied;
    case 404: return Reason::lambda_resource_not_found;
    case 413: return Reason::lambda_request_too_large;
    case 429: return Reason::lambda_throttling;
    default: return Reason::lambda_service_exception;
  }
}

void judge(const http::Response& response, std::string body, Invocation& invocation) {
  constexpr int kOk = 200;
  const std::string_view error = response.headers.get("X-Amz-Function-Error");
  if (response.status != kOk) {
    std::string why = "the endpoint answered " + std::to_string(response.status);
    std::string_view type = response.headers.get("X-Amzn-ErrorType");
    type = type.substr(0, type.find(':'));
    constexpr std::size_t kMost = 100;
    if (!type.empty()) why += " " + one_line(type, kMost);
    invocation.error_code = cannot_run(type);
    const bool named = !invocation.error_code.empty();
    const Reason reason = named ? Reason::lambda_cannot_run : reason_of(response.status);
    return invocation.fail(reason, std::move(why));
  }
  invocation.payload = std::move(body);
  if (error.empty()) return invocation.finish();
  invocation.fail(Reason::lambda_unhandled, error_line({std::string(error), invocation.payload}));
}

}  // namespace

void EndpointFunction::invoke(std::shared_ptr<Invocation> invocation) {
  if (drained_) {
    return invocation->fail(Reason::lambda_resource_not_found, "the function was deleted");
  }
  if (!Execution::begin(executions_, *function_, *invocation)) return;
  tasks_.spawn(run(std::move(invocation)));
}

void EndpointFunction::drain() {
  drained_ = true;
  for (net::Stream* const one : live_) {
    one->reset(Cause{.reason = Reason::target_deregistered, .at = loop_.now()});
  }
}

Task<void> EndpointFunction::run(std::shared_ptr<Invocation> invocation) {
  const auto self = shared_from_this();
  auto dialed = co_await dialer_->dial(kConnectTimeout);
  if (dialed.stream && !drained_) {
    co_return co_await ask(std::move(dialed.stream), *invocation);
  }
  const bool late = dialed.failure == Reason::target_connect_timeout;
  invocation->fail(late ? Reason::lambda_connection_timeout : Reason::lambda_connection_error,
                   function_->endpoint);
}

Task<void> EndpointFunction::ask(std::unique_ptr<net::Stream> stream, Invocation& invocation) {
  const auto function = function_;
  const auto at = live_.insert(live_.end(), stream.get());
  http::Http1Client client(std::move(stream), kEndpointPatience);
  http::Request request;
  const std::string& name =
      function->function_name.empty() ? function->name : function->function_name;
  request.method = "POST";
  request.target = request.arena.join("/2015-03-31/functions/", name, "/invocations");
  request.headers.add("Host", function->endpoint);
  request.headers.add("Content-Type", "application/json");
  request.headers.add("X-Amz-Invocation-Type", "RequestResponse");
  if (!invocation.trace_id.empty()) request.headers.add("X-Amzn-Trace-Id", invocation.trace_id);
  request.headers.add("Connection", "close");
  http::TextBody event(invocation.event);
  request.body = &event;
  http::Response response;
  const auto failure = co_await client.exchange(request, response);
  std::string body(response.text);
  net::IoStatus status = net::IoStatus::closed;
  if (failure == http::ExchangeFailure::none && client.body()) {
    status = co_await http::read_body(loop_, *client.body(), body, kMostAnswer);
  }
  live_.erase(at);
  if (failure == http::ExchangeFailure::timeout) {
    invocation.fail(Reason::lambda_connection_timeout, function->endpoint);
  } else if (failure != http::ExchangeFailure::none || status == net::IoStatus::failed) {
    invocation.fail(Reason::lambda_connection_error,
                    function->endpoint + " ended the connection, or does not speak HTTP");
  } else {
    judge(response, std::move(body), invocation);
  }
}

}  // namespace hoplab::aws::lambda
