#include "aws/lambda/runtime_api.h"

#include <nlohmann/json.hpp>

#include <array>
#include <utility>

#include "aws/lambda/one_line.h"
#include "aws/stub/json_text.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "http/body_reading.h"

namespace hoplab::aws::lambda {

namespace {

constexpr std::string_view kRuntime = "/2018-06-01/runtime/";
constexpr std::string_view kJson = "application/json";
constexpr std::string_view kErrorType = "Lambda-Runtime-Function-Error-Type";
constexpr std::string_view kResponseMode = "Lambda-Runtime-Function-Response-Mode";
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

/// Takes errorType and errorMessage out of an object and keeps nothing else, however large or deep
/// it is.
struct ErrorMembers final : nlohmann::json_sax<nlohmann::json> {
  std::string type, message;

  bool null() override { return other(); }
  bool boolean(bool) override { return other(); }
  bool number_integer(number_integer_t) override { return other(); }
  bool number_unsigned(number_unsigned_t) override { return other(); }
  bool number_float(number_float_t, const string_t&) override { return other(); }
  bool binary(binary_t&) override { return other(); }
  bool string(string_t& value) override {
    if (std::string* const member = std::exchange(next_, nullptr)) *member = std::move(value);
    return true;
  }
  bool key(string_t& name) override {
    const bool outer = depth_ == 1;
    next_ = outer && name == "errorType"      ? &type
            : outer && name == "errorMessage" ? &message
                                              : nullptr;
    return true;
  }
  bool start_object(std::size_t) override { return begin(); }
  bool end_object() override { return end(); }
  bool start_array(std::size_t) override { return begin(); }
  bool end_array() override { return end(); }
  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception&) override {
    return false;
  }

 private:
  bool other() {
    next_ = nullptr;
    return true;
  }
  bool begin() {
    ++depth_;
    return other();
  }
  bool end() {
    --depth_;
    return true;
  }

  std::string* next_ = nullptr;  // the member whose value comes next
  std::size_t depth_ = 0;
};

}  // namespace

std::string error_payload(std::string_view type, std::string_view message) {
  std::string json = R"({"errorMessage":)";
  append_json_string(json, message);
  json += R"(,"errorType":)";
  append_json_string(json, type);
  return json + "}";
}

std::string error_line(const RuntimeError& error) {
  ErrorMembers said;
  if (!nlohmann::json::sax_parse(error.payload, &said)) said = {};
  std::string line = said.type;
  if (line.empty()) line = error.type.empty() ? "Unhandled" : error.type;
  if (!said.message.empty()) line += ": " + said.message;
  return one_line(line, kMostMessage);
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

/// As fast as whoever reads takes it; what nobody takes any more is thrown away.
Task<net::IoStatus> RuntimeApi::pass_on(http::BodySource& body, std::weak_ptr<ResponseStream> to) {
  WaitSlot slot(loop_);
  std::array<char, 16 * 1024> piece;
  while (true) {
    auto stream = to.lock();
    if (stream && stream->full()) {
      stream->watch_room(&slot);
      stream.reset();  // whoever reads may drop it meanwhile
      co_await slot;
      if (const auto still = to.lock()) still->watch_room(nullptr);
      continue;
    }
    const net::IoResult result = body.try_read(piece);
    if (stream) stream->put({piece.data(), result.size});
    stream.reset();
    if (result.ended()) co_return result.status;
    if (result.ok()) continue;
    body.watch(&slot);
    co_await slot;
    body.watch(nullptr);
  }
}

/// What a runtime posts: into `body`, unless it passes on at once.
Task<net::IoStatus> RuntimeApi::receive(http::Request& request, std::string_view id,
                                        std::string_view what, std::string& body) {
  if (!request.body) co_return net::IoStatus::closed;
  if (what == "response" && iequals(request.headers.get(kResponseMode), "streaming")) {
    const auto stream = runtime_.stream_of(id);
    if (stream) {
      const auto status = co_await pass_on(*request.body, *stream);
      if (status == net::IoStatus::failed) runtime_.broke_off(id);
      co_return status;
    }
  }
  const auto status = co_await http::read_body(loop_, *request.body, body, kMostPayload);
  co_return status;
}

Task<void> RuntimeApi::take(http::Request& request, std::string_view id, std::string_view what,
                            http::Response& response) {
  std::string body;
  const net::IoStatus status = co_await receive(request, id, what, body);
  if (status == net::IoStatus::failed) co_return;  // whoever sent it is gone
  RuntimeError error{std::string(request.headers.get(kErrorType)), {}};
  // A streamed answer tells of its failure behind it.
  const http::Headers* const trailers = request.body ? request.body->trailers() : nullptr;
  if (trailers && trailers->find(kErrorType)) {
    error.type = trailers->get(kErrorType);
    what = "error";
    body = from_base64(trailers->get("Lambda-Runtime-Function-Error-Body")).value_or(body);
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
