// An NLB's idle flow, as both ends' kernels see it: no packet at expiry, RST on the next write, and
// the other side none the wiser (nlb-privatelink.md 1.7).
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/tcp.h>  // its tcp_info has more than the C library's
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "operations_lab.h"

namespace hoplab::testing {
namespace {

/// A blocking socket whose kernel state is looked at.
class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {
    const timeval watchdog{60, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &watchdog, sizeof watchdog);
  }
  ~Socket() { ::close(fd_); }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  [[nodiscard]] tcp_info info() const {
    tcp_info info{};
    socklen_t size = sizeof info;
    ::getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size);
    return info;
  }
  [[nodiscard]] bool established() const {
    constexpr int kEstablished = 1;  // the kernel's TCP_ESTABLISHED
    return info().tcpi_state == kEstablished;
  }
  [[nodiscard]] std::uint32_t packets_received() const { return info().tcpi_segs_in; }
  void send(const char* text) const {
    ::send(fd_, text, std::string_view(text).size(), MSG_NOSIGNAL);
  }
  /// What comes; at an end, the errno or "FIN".
  [[nodiscard]] std::string receive() const {
    char buffer[64];
    errno = 0;
    const auto size = ::recv(fd_, buffer, sizeof buffer, 0);
    if (size > 0) return std::string(buffer, static_cast<std::size_t>(size));
    return size == 0 ? "FIN" : errno == ECONNRESET ? "RST" : "nothing";
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

/// A client, an endpoint, an NLB and a service of the test's own, which just listens.
class IdleFlow : public ::testing::Test {
 protected:
  IdleFlow() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    auto raw = to_raw("127.0.0.1", 0);
    ::bind(listener_.fd(), reinterpret_cast<sockaddr*>(&raw), sizeof raw);
    ::listen(listener_.fd(), 16);
    socklen_t size = sizeof raw;
    ::getsockname(listener_.fd(), reinterpret_cast<sockaddr*>(&raw), &size);
    start(ntohs(raw.sin_port));
    connect();
  }

  void start(std::uint16_t service_port) {
    model::Topology topology = two_services();
    topology.services.pop_back();
    topology.services[0].address = "127.0.0.1:" + std::to_string(service_port);
    topology.target_groups[0].targets.pop_back();
    topology.target_groups[0].health_check.interval_s = 300;
    topology.entries = {"endpoint"};
    EmulatorOptions options;
    options.clock.mode = Clock::Mode::stepped;
    lab_.emplace(Emulator::from_topology(topology, options));
    // The connections of health checks are not those that the test is about.
    while (::accept4(listener_.fd(), nullptr, nullptr, SOCK_NONBLOCK) < 0) {
    }
  }

  void connect() {
    const EndpointAddress door = lab_->emulator.endpoints().front();
    const auto raw = to_raw(door.address, door.port);
    client_.emplace(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(::connect(client_->fd(), reinterpret_cast<const sockaddr*>(&raw), sizeof raw), 0);
    target_.emplace(::accept4(listener_.fd(), nullptr, nullptr, SOCK_CLOEXEC));
    client_->send("hello");
    ASSERT_EQ(target_->receive(), "hello");
    target_->send("welcome");
    ASSERT_EQ(client_->receive(), "welcome");
  }

  std::uint64_t metric(const std::string& resource, const std::string& name) {
    return lab_->metric(resource, name);
  }

  Socket listener_;
  std::optional<RunningEmulator> lab_;
  std::optional<Socket> client_, target_;
};

TEST_F(IdleFlow, NoPacketIsSentAtExpiry) {
  const auto client_packets = client_->packets_received(),
             target_packets = target_->packets_received();
  lab_->emulator.advance(1h);
  EXPECT_TRUE(client_->established());
  EXPECT_TRUE(target_->established());
  EXPECT_EQ(client_->packets_received(), client_packets);
  EXPECT_EQ(target_->packets_received(), target_packets);
}

TEST_F(IdleFlow, AClientThatWritesIsResetAndTheTargetIsNoneTheWiser) {
  lab_->emulator.advance(351s);
  const auto target_packets = target_->packets_received();
  client_->send("late");
  EXPECT_EQ(client_->receive(), "RST");
  const auto record = lab_->ends->next();
  ASSERT_TRUE(record);
  EXPECT_EQ(record->reason, Reason::idle_timeout);
  EXPECT_EQ(record->hop, "nlb");
  EXPECT_TRUE(target_->established());
  EXPECT_EQ(target_->packets_received(), target_packets) << "the late packet is not delivered";
  EXPECT_EQ(metric("nlb", "TCP_ELB_Reset_Count"), 1u);
  EXPECT_EQ(metric("endpoint", "RstPacketsReceived"), 1u);
  EXPECT_EQ(metric("endpoint-service", "RstPacketsSent"), 1u);
}

TEST_F(IdleFlow, ATargetThatWritesIsResetAndTheClientIsNoneTheWiser) {
  lab_->emulator.advance(351s);
  const auto client_packets = client_->packets_received();
  target_->send("late");
  EXPECT_EQ(target_->receive(), "RST");
  EXPECT_TRUE(client_->established());
  EXPECT_EQ(client_->packets_received(), client_packets);
  client_->send("later still");
  EXPECT_EQ(client_->receive(), "RST");
  EXPECT_EQ(metric("nlb", "TCP_ELB_Reset_Count"), 1u) << "one connection, counted once";
}

TEST_F(IdleFlow, A349SecondPauseDoesNoHarm) {
  lab_->emulator.advance(349s);
  client_->send("in time");
  EXPECT_EQ(target_->receive(), "in time");
  lab_->emulator.advance(349s);
  target_->send("too");
  EXPECT_EQ(client_->receive(), "too");
}

}  // namespace
}  // namespace hoplab::testing
