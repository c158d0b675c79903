// libFuzzer target: what a function says: to the Runtime API, as HTTP, and as JSON to a load
// balancer or of an error.
//
// Checks, beside memory safety: JSON is an answer that can be sent, or there is a reason in a line;
// an error is told in a line; the API is asked for events and told of results of the invocation
// that it has handed out only, answers whatever is HTTP, and ends with its client.
#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "aws/lambda/alb_answer.h"
#include "aws/lambda/response_stream.h"
#include "aws/lambda/runtime_api.h"
#include "aws/stub/json_text.h"
#include "base/task_group.h"
#include "check.h"
#include "http/h1/http1_chars.h"
#include "http/h1/http1_parser.h"
#include "net/memory_pipe.h"

namespace {

using namespace hoplab;
using namespace hoplab::aws::lambda;
using namespace hoplab::fuzz;

constexpr std::string_view kId = "8476a536-e9f4-11e8-9739-2dfe598c3fcd", kEvent = R"({"path":"/"})";

/// For a log and a terminal.
void check_line(std::string_view text) {
  check(!text.empty() && text.size() <= 400 && aws::is_utf8(text));
  for (const char c : text) check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

void fuzz_answer(std::string_view json, bool lists) {
  http::Response response;
  if (const auto why = read_alb_answer(json, lists, response)) return check_line(*why);
  saw(static_cast<unsigned>(response.status));
  check(response.status >= 200 && response.status <= 599);
  check(http::chars::all(response.reason, http::chars::kText));
  std::size_t size = 0;
  for (const http::Field& field : response.headers.fields()) {
    check(!field.name.empty() && http::chars::all(field.name, http::chars::kToken));
    check(http::chars::all(field.value, http::chars::kText));
    size += field.name.size() + field.value.size() + 4;
  }
  check(size <= http::kResponseHeadLimit);
  check(response.text.empty() || !http::forbids_body(response.status));
}

void fuzz_error(std::string_view type, std::string_view payload) {
  check_line(error_line({std::string(type), std::string(payload)}));
  const std::string made = error_payload(type, payload);
  const std::string line = error_line({"", made});
  check_line(line);
  check(aws::is_utf8(made));
}

/// Hands out one invocation, again once it is over. What every second one returns is taken as it
/// comes, by nobody who reads it.
class Counted final : public Runtime {
 public:
  explicit Counted(Loop& loop) : loop_(loop) {}

  Task<void> next(http::ClientWatch* client, Delivery& delivery) override {
    WaitSlot slot(loop_);
    while (under_way_ && !client->gone()) {
      client->watch(&slot);
      co_await slot;
      client->watch(nullptr);
    }
    if (under_way_) co_return;
    under_way_ = true;
    streams_ = !streams_;
    if (streams_) stream_ = std::make_shared<ResponseStream>();
    auto invocation = std::make_shared<Invocation>();
    invocation->request_id = kId;
    invocation->event = kEvent;
    delivery.invocation = std::move(invocation);
    delivery.function_arn = "arn:aws:lambda:eu-west-1:111111111111:function:f";
  }
  bool returned(std::string_view id, std::string payload, bool too_large) override {
    check(!too_large && payload.size() < 32 * 1024);
    return over(id);
  }
  std::optional<std::weak_ptr<ResponseStream>> stream_of(std::string_view id) override {
    if (!under_way_ || id != kId || !streams_) return std::nullopt;
    return stream_;
  }
  void broke_off(std::string_view id) override { over(id); }
  bool failed(std::string_view id, RuntimeError error) override {
    check_line(error_line(error));
    return over(id);
  }
  void failed_to_start(RuntimeError error) override { check_line(error_line(error)); }

 private:
  bool over(std::string_view id) {
    if (!under_way_ || id != kId) return false;
    under_way_ = false;
    return true;
  }

  Loop& loop_;
  bool under_way_ = false;
  bool streams_ = true;  // the last one did
  std::shared_ptr<ResponseStream> stream_;
};

class NoPages final : public http::ErrorPages {
 public:
  void fill(int status, http::Response& response) const override {
    response.status = status;
    response.close = true;
  }
};

/// Each answer on a connection, as far as it has come.
void check_answers(std::string_view said) {
  while (!said.empty()) {
    const std::size_t size = http::find_head_end(said, 0);
    check(size != std::string_view::npos);
    http::ResponseHead head;
    check(http::parse_response_head(said.substr(0, size), false, head) == http::ParseError::none);
    saw(0x1000u | static_cast<unsigned>(head.status));
    std::size_t length = 0;
    for (const http::Field& field : head.fields) {
      if (field.name == "Content-Length") length = *http::chars::decimal(field.value);
    }
    check(said.size() >= size + length);
    if (head.status == 200) check(said.substr(size, length) == kEvent);
    said.remove_prefix(size + length);
  }
}

Task<void> serve(net::Stream& stream, Loop& loop, Counted& runtime, bool& over) {
  static const NoPages pages;
  static const Hop hop{"function", "f"};
  Journal journal;
  RuntimeApi api(loop, runtime);
  http::ServerContext context(journal, hop, pages);
  const net::ServeEnd ended = co_await http::serve_http1(stream, api, context);
  check(!to_text(ended.reason).empty());
  saw(0x2000u | static_cast<unsigned>(ended.reason));
  over = true;
  stream.shutdown_write();
}

void fuzz_api(std::string_view said, std::size_t step) {
  const bool asks_for_heads = said.find("HEAD") != std::string_view::npos;  // their length alone
  Loop loop;
  loop.clock().set_stepped(Time(std::chrono::seconds(1'000'000'000)));
  auto [function, hoplab] = net::make_memory_pipe(loop);
  Counted runtime(loop);
  TaskGroup tasks;
  bool over = false;
  tasks.spawn(serve(*hoplab, loop, runtime, over));
  std::string heard;
  std::array<char, 4096> piece;
  while (!said.empty()) {
    const std::string_view part = said.substr(0, step);
    said.remove_prefix(part.size());
    if (!function->try_write(part).ok()) break;
    while (loop.poll()) {
    }
    while (true) {
      const net::IoResult result = function->try_read(piece);
      if (!result.ok()) break;
      heard.append(piece.data(), result.size);
    }
  }
  function->shutdown_write();
  loop.advance(std::chrono::hours(1));
  while (true) {
    const net::IoResult result = function->try_read(piece);
    if (!result.ok()) break;
    heard.append(piece.data(), result.size);
  }
  check(over && tasks.running() == 0);
  if (!asks_for_heads) check_answers(heard);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string copy(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string_view input = copy;
  const std::size_t rest = data[0] >> 2;
  switch (data[0] % 4) {
    case 0: fuzz_answer(input, rest % 2 != 0); break;
    case 1: {
      const auto type = input.substr(0, rest);
      fuzz_error(type, input.substr(type.size()));
      break;
    }
    default: fuzz_api(input, rest == 0 ? size : rest * rest);
  }
  return 0;
}
