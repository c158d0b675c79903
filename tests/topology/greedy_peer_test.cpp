// A peer that never stops sending must not keep the loop from anybody else.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "https_client.h"
#include "running_emulator.h"

namespace hoplab::testing {

namespace {

/// Sends `first` and then zeros without end in a thread of its own, until the connection is gone.
class Flood {
 public:
  Flood(const EndpointAddress& door, const std::string& first) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(door.port);
    ::inet_pton(AF_INET, door.address.c_str(), &address.sin_addr);
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    thread_ = std::thread([this, first] {
      ::send(fd_, first.data(), first.size(), MSG_NOSIGNAL);
      const std::string zeros(256 * 1024, '\0');
      bool open = true;
      while (open) {
        open = ::send(fd_, zeros.data(), zeros.size(), MSG_NOSIGNAL) > 0;
        flowing_ = true;
        flowing_.notify_all();
      }
    });
  }
  ~Flood() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  Flood(const Flood&) = delete;
  Flood& operator=(const Flood&) = delete;
  /// Until the other side has ended it.
  void join() {
    thread_.join();
    thread_ = std::thread([] {});
  }
  /// Until the flood is on its way, or already over: how much of it the kernel takes varies.
  void wait_until_flowing() { flowing_.wait(false); }

 private:
  int fd_ = -1;
  std::atomic<bool> flowing_{false};
  std::thread thread_;
};

/// A socket that is listened on and never looked at: connecting works, and then nothing comes.
class SilentService {
 public:
  SilentService() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 8), 0);
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
    address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentService() { ::close(fd_); }
  SilentService(const SilentService&) = delete;
  SilentService& operator=(const SilentService&) = delete;
  [[nodiscard]] const std::string& address() const { return address_; }

 private:
  int fd_;
  std::string address_;
};

/// An ALB that answers by itself, but for /silent, which it forwards to `address`.
model::Topology with_silent_target(const std::string& address) {
  model::Topology topology;
  topology.services.resize(1);
  topology.services[0].name = "service";
  topology.services[0].address = address;
  topology.target_groups.resize(1);
  topology.target_groups[0].name = "group";
  topology.target_groups[0].health_check.enabled = false;
  topology.target_groups[0].targets.resize(1);
  topology.target_groups[0].targets[0].service = "service";
  model::Rule rule;
  rule.conditions.resize(1);
  rule.conditions[0].values = {"/silent"};
  rule.action.target_groups = {{"group", 1}};
  model::Listener listener;
  listener.protocol = "HTTP";
  listener.port = 80;
  listener.default_action.type = model::Action::Type::fixed_response;
  listener.default_action.fixed_response = {200, "text/plain", "hello"};
  listener.rules = {rule};
  topology.load_balancers.resize(1);
  topology.load_balancers[0].name = "alb";
  topology.load_balancers[0].listeners = {listener};
  topology.entries = {"alb"};
  return topology;
}

TEST(GreedyPeer, WhoFloodsBehindAnUnansweredRequestDelaysNobody) {
  const SilentService service;
  RunningEmulator lab(Emulator::from_topology(with_silent_target(service.address())));
  Flood flood(lab.emulator.endpoints().front(), "GET /silent HTTP/1.1\r\nHost: alb\r\n\r\n");
  flood.wait_until_flowing();
  HttpsClient client = HttpsClient::plain(lab.emulator);
  EXPECT_THAT(client.get("/"), ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(GreedyPeer, WhoFloodsAfterARefusalDelaysNobodyAndIsEnded) {
  RunningEmulator lab("private-api-mtls", {});
  Flood flood(lab.emulator.endpoints().front(), "GET / HTTP/1.1\r\n");  // plain HTTP: 400 and FIN
  flood.wait_until_flowing();
  HttpsClient client(lab.emulator);
  EXPECT_THAT(client.get("/widgets"), ::testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  flood.join();
  const auto end = lab.ends->next();
  ASSERT_TRUE(end);
  EXPECT_EQ(end->reason, Reason::plain_http_on_tls_port);
}

}  // namespace

}  // namespace hoplab::testing
