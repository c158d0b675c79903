#include "aws/lambda/runtime_api.h"

#include <nlohmann/json.hpp>

#include "aws/stub/json_text.h"
#include "http/body_reading.h"

namespace hoplab::aws::lambda {

namespace {

constexpr std::string_view kRuntime = "/2018-06-01/runtime/";
constexpr std::string_view kJson = "application/json";
/// What a function may return (quotas page of Lambda: 6 MB, and what is around it).
constexpr std::size_t kMostPayload = 6 * 1024 * 1024 + 100;
/// Of an error's text, for people.
constexpr std::size_t kMostMessage = 300;

void answer(http::Response& response, int status, std::string_view json) {
  response.status = status;
  response.headers.add("Content-Type", kJson);
  response.text = response.arena.copy(json);
}

void refuse(http::Response& response, int status, std::string_view type, std::string_view message) {
  answer(response, status, error_payload(type, message));
}

}  // namespace

std::string error_payload(std::string_view type, std::string_view message) {
  std::string json = R"({"errorMessage":)";
  append_json_string(json, message);
  json += R"(,"errorType":)";
  append_json_string(json, type);
  return json + "}";
}

std::string error_line(const RuntimeError& error) {
  constexpr bool kThrows = false;
  const auto json = nlohmann::json::parse(error.payload, nullptr, kThrows);
  const auto text = [&json](const char* name) {
    const auto found = json.is_object() ? json.find(name) : json.end();
    return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  std::string line = text("errorType");
  if (line.empty()) line = error.type.empty() ? "Unhandled" : error.type;
  const std::string message = text("errorMessage");
  if (!message.empty()) line += ": " + message;
  if (line.size() > kMostMessage) line.resize(kMostMessage);
  for (char& c : line) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return line;
}

Task<void> RuntimeApi::handle(http::Request& request, http::Response& response) {
  std::string_view path = request.target;
  constexpr std::string_view kInvocation = "invocation/";
  const bool known = path.starts_with(kRuntime);
  if (known) path.remove_prefix(kRuntime.size());
  if (known && request.method == "GET" && path == "invocation/next") {
    co_return co_await next(request, response);
  }
  if (known && request.method == "POST" && path == "init/error") {
    co_return co_await take(request, {}, path, response);
  }
  if (known && request.method == "POST" && path.starts_with(kInvocation)) {
    path.remove_prefix(kInvocation.size());
    const auto slash = path.find('/');
    const std::string_view what = slash == std::string_view::npos ? "" : path.substr(slash + 1);
    if (what == "response" || what == "error") {
      co_return co_await take(request, path.substr(0, slash), what, response);
    }
  }
  refuse(response, 404, "NotFound", "the Runtime API has no such operation");
}

Task<void> RuntimeApi::next(http::Request& request, http::Response& response) {
  Delivery delivery;
  co_await runtime_.next(request.client, delivery);
  if (!delivery.invocation) {  // nobody hears it
    refuse(response, 410, "Gone", "the execution environment is shut down");
    response.close = true;
    co_return;
  }
  const Invocation& invocation = *delivery.invocation;
  Arena& arena = response.arena;
  response.status = 200;
  response.headers.add("Content-Type", kJson);
  response.headers.add("Lambda-Runtime-Aws-Request-Id", arena.copy(invocation.request_id));
  response.headers.add("Lambda-Runtime-Deadline-Ms",
                       arena.copy(std::to_string(delivery.deadline_ms)));
  response.headers.add("Lambda-Runtime-Invoked-Function-Arn", arena.copy(delivery.function_arn));
  if (!invocation.trace_id.empty()) {
    response.headers.add("Lambda-Runtime-Trace-Id", arena.copy(invocation.trace_id));
  }
  response.text = invocation.event;
  response.owner = std::move(delivery.invocation);
}

Task<void> RuntimeApi::take(http::Request& request, std::string_view id, std::string_view what,
                            http::Response& response) {
  std::string body;
  net::IoStatus status = net::IoStatus::closed;
  if (request.body) status = co_await http::read_body(loop_, *request.body, body, kMostPayload);
  if (status == net::IoStatus::failed) co_return;  // whoever sent it is gone
  RuntimeError error{std::string(request.headers.get("Lambda-Runtime-Function-Error-Type")), {}};
  // A streamed answer tells of its failure behind it.
  const http::Headers* const trailers = request.body ? request.body->trailers() : nullptr;
  if (trailers && trailers->find("Lambda-Runtime-Function-Error-Type")) {
    error.type = trailers->get("Lambda-Runtime-Function-Error-Type");
    what = "error";
  }
  const bool too_large = body.size() > kMostPayload;
  bool under_way = true;
  if (what == "response") {
    under_way = runtime_.returned(id, std::move(body), too_large);
  } else {
    error.payload = std::move(body);
    if (what == "error") {
      under_way = runtime_.failed(id, std::move(error));
    } else {
      runtime_.failed_to_start(std::move(error));
    }
  }
  if (!under_way) {
    refuse(response, 400, "InvalidRequestID", "Invalid request ID");
  } else if (too_large) {
    refuse(response, 413, "RequestEntityTooLarge",
           "Exceeded maximum allowed payload size (6291556 bytes).");
  } else {
    answer(response, 202, R"({"status":"OK"})");
  }
}

}  // namespace hoplab::aws::lambda
