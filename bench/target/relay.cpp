// The least that may stand between a client and a function: what of a call's time is that of two
// local requests and of the processes' turns.
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <utility>

#include "target/function.h"
#include "target/modes.h"
#include "target/peer.h"

namespace hoplab::bench {
namespace {

constexpr std::string_view kEvent =
    R"({"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:eu-west-1:)"
    R"(123456789012:targetgroup/group/0123456789abcdef"}},"httpMethod":"GET","path":"/function",)"
    R"("queryStringParameters":{},"headers":{"accept":"*/*","host":"api.bench.test",)"
    R"("user-agent":"hoplab-load"},"body":"","isBase64Encoded":false})";

std::string with_length(std::string_view head, std::string_view body) {
  return std::string(head) + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         std::string(body);
}

// Who waits: clients for an answer, in their order, and the one function for an event.
struct Calls {
  std::deque<Peer*> clients;
  Peer* runtime = nullptr;
  std::string delivery = with_length(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      "Lambda-Runtime-Aws-Request-Id: 8476a536-e9f4-11e8-9739-2dfe598c3fcd\r\n",
      kEvent);
  std::string accepted = with_length("HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\n",
                                     R"({"status":"OK"})");
  std::string answer =
      with_length("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n", kFunctionBody);

  void deliver() {
    if (!clients.empty() && runtime != nullptr) std::exchange(runtime, nullptr)->send(delivery);
  }
};

// What speaks HTTP/1.1, a message at a time.
class HttpPeer : public Peer {
 public:
  HttpPeer(int fd, Calls& calls) : Peer(fd), calls_(calls) {}

 protected:
  virtual void message(std::string_view whole) = 0;
  Calls& calls_;

 private:
  bool take(std::string_view bytes) final {
    received_.append(bytes);
    while (const std::size_t size = whole_message(received_)) {
      message(std::string_view(received_).substr(0, size));
      received_.erase(0, size);
    }
    return true;
  }
  std::string received_;
};

class Caller final : public HttpPeer {
 public:
  using HttpPeer::HttpPeer;
  ~Caller() override { std::erase(calls_.clients, this); }

 private:
  void message(std::string_view) override {
    calls_.clients.push_back(this);
    calls_.deliver();
  }
};

class Runtime final : public HttpPeer {
 public:
  using HttpPeer::HttpPeer;
  ~Runtime() override {
    if (calls_.runtime == this) calls_.runtime = nullptr;
  }

 private:
  void message(std::string_view whole) override {
    if (whole.starts_with("GET ")) {
      calls_.runtime = this;
      return calls_.deliver();
    }
    if (!calls_.clients.empty()) {
      calls_.clients.front()->send(calls_.answer);
      calls_.clients.pop_front();
    }
    send(calls_.accepted);
  }
};

void start_function(const std::string& program, const std::string& runtime_api) {
  setenv("AWS_LAMBDA_RUNTIME_API", runtime_api.c_str(), 1);
  const pid_t parent = getpid();
  if (fork() != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(1);
  execl(program.c_str(), program.c_str(), "function", nullptr);
  std::perror(("hoplab-target: " + program).c_str());
  _exit(1);
}

}  // namespace

void run_relay(const std::string& listen, const std::string& runtime_api,
               const std::string& program) {
  EventLoop loop;
  Calls calls;
  const Listener functions(loop, runtime_api, [&calls](int fd) { return new Runtime(fd, calls); });
  const Listener clients(loop, listen, [&calls](int fd) { return new Caller(fd, calls); });
  start_function(program, runtime_api);
  serve(loop);
}

}  // namespace hoplab::bench
