// The Lambda function of the bench: a runtime and its handler in one (the Runtime API of Lambda).
#include "target/function.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "load/address.h"
#include "load/event_loop.h"
#include "load/web_socket.h"
#include "target/modes.h"

namespace hoplab::bench {
namespace {

// The widget's path is all that this function wants of its event.
std::string_view path_in(std::string_view event) {
  constexpr std::string_view kPath = R"("path":")";
  const std::size_t at = event.find(kPath);
  if (at == std::string_view::npos) return {};
  event.remove_prefix(at + kPath.size());
  return event.substr(0, event.find('"'));
}

std::string json_of(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '"') out += '\\';
    out += c;
  }
  return out;
}

// A blocking connection.
class Connection {
 public:
  explicit Connection(const sockaddr_in& address)
      : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const int on = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connected_ = connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~Connection() { close(fd_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // One exchange; the whole answer, or "" when there is none.
  std::string ask(std::string_view request) {
    std::string answer;
    if (!connected_ || send(fd_, request.data(), request.size(), MSG_NOSIGNAL) < 0) return answer;
    std::array<char, 16 * 1024> buffer;
    while (whole_message(answer) == 0) {
      const ssize_t got = recv(fd_, buffer.data(), buffer.size(), 0);
      if (got <= 0) return {};
      answer.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return answer;
  }

 private:
  int fd_;
  bool connected_ = false;
};

constexpr std::string_view kSampleDelivery =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n"
    "Content-Length: 60\r\n\r\n"
    R"({"requestContext":{},"httpMethod":"GET","path":"/function" })";

}  // namespace

std::size_t whole_message(std::string_view bytes) {
  const std::size_t head = bytes.find("\r\n\r\n");
  if (head == std::string_view::npos) return 0;
  const std::string_view length = field_of(bytes.substr(0, head), "Content-Length");
  std::size_t body = 0;
  std::from_chars(length.data(), length.data() + length.size(), body);
  const std::size_t whole = head + 4 + body;
  return whole <= bytes.size() ? whole : 0;
}

std::string answer_to(std::string_view delivery) {
  const std::size_t head = delivery.find("\r\n\r\n");
  const std::string_view id = field_of(delivery.substr(0, head), "Lambda-Runtime-Aws-Request-Id");
  const bool known = path_in(delivery.substr(head)).starts_with("/function");
  const std::string body = std::string(R"({"statusCode":)") + (known ? "200" : "404") +
                           R"(,"headers":{"Content-Type":"application/json"},"body":")" +
                           json_of(kFunctionBody) + "\"}";
  return "POST /2018-06-01/runtime/invocation/" + std::string(id) +
         "/response HTTP/1.1\r\nHost: runtime\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

int run_function() {
  const char* const api = std::getenv("AWS_LAMBDA_RUNTIME_API");
  sockaddr_in address{};
  if (api == nullptr || !parse_address(api, address)) {
    std::fprintf(stderr, "hoplab-target: AWS_LAMBDA_RUNTIME_API is no IP:PORT\n");
    return 2;
  }
  Connection connection(address);
  for (;;) {
    const std::string delivery = connection.ask(kAskForNext);
    if (delivery.empty() || connection.ask(answer_to(delivery)).empty()) return 1;
  }
}

int run_function_alone(std::size_t count) {
  std::vector<std::int64_t> took(count);
  std::size_t bytes = 0;
  for (std::int64_t& one : took) {
    const std::int64_t since = now_ns();
    bytes += answer_to(kSampleDelivery).size();
    one = now_ns() - since;
  }
  std::ranges::sort(took);
  std::printf("{\"mode\": \"function-alone\", \"count\": %zu, \"bytes\": %zu, \"p50Us\": %.3f}\n",
              count, bytes, static_cast<double>(took[count / 2]) / 1e3);
  return 0;
}

}  // namespace hoplab::bench
