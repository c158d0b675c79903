// Which address a target sees: the client's, a node's, or both by PROXY protocol.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include "operations_lab.h"

namespace hoplab::testing {
namespace {

using ::testing::StartsWith;

/// The source address that a service of the test's own sees, and the first bytes.
class RawService {
 public:
  RawService() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in raw{};
    raw.sin_family = AF_INET;
    raw.sin_addr.s_addr = INADDR_ANY;  // every address of this machine
    ::bind(fd_, reinterpret_cast<sockaddr*>(&raw), sizeof raw);
    ::listen(fd_, 16);
    socklen_t size = sizeof raw;
    ::getsockname(fd_, reinterpret_cast<sockaddr*>(&raw), &size);
    port_ = ntohs(raw.sin_port);
  }
  ~RawService() { ::close(fd_); }
  RawService(const RawService&) = delete;
  RawService& operator=(const RawService&) = delete;

  [[nodiscard]] std::string address(const std::string& ip = "127.0.0.1") const {
    return ip + ":" + std::to_string(port_);
  }

  struct Visit {
    std::string from, bytes;
  };
  /// The next connection, and what it says until it ends its direction.
  [[nodiscard]] Visit next() const {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept(fd_, reinterpret_cast<sockaddr*>(&peer), &size);
    char text[INET_ADDRSTRLEN] = "";
    ::inet_ntop(AF_INET, &peer.sin_addr, text, sizeof text);
    Visit visit{text, ""};
    char buffer[4096];
    for (ssize_t got = 1; (got = ::recv(fd, buffer, sizeof buffer, 0)) > 0;) {
      visit.bytes.append(buffer, static_cast<std::size_t>(got));
    }
    ::close(fd);
    return visit;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

class Addresses : public Operations {
 protected:
  /// One target, the test's own service; without the second one.
  model::Topology topology() {
    model::Topology made = two_services();
    made.services.pop_back();
    made.services[0].address = service_.address();
    made.target_groups[0].targets.pop_back();
    return made;
  }
  /// What the service sees of a client that says "hello" through `name`.
  RawService::Visit visit(const std::string& name) {
    HttpsClient client = connect(name);
    client.send("hello");
    client.close();
    return service_.next();
  }
  void start_and_pass_health_check(const model::Topology& made) {
    start(made);
    health_check_ = service_.next();
  }
  std::string node() {
    for (const EndpointAddress& door : lab_->emulator.endpoints()) {
      if (door.name == "nlb") return door.address;
    }
    return "";
  }

  RawService service_;
  RawService::Visit health_check_;
};

TEST_F(Addresses, AnIpGroupSeesTheNode) {
  start_and_pass_health_check(topology());
  const auto seen = visit("nlb");
  EXPECT_EQ(seen.from, node());
  EXPECT_EQ(seen.bytes, "hello");
}

TEST_F(Addresses, APreservingGroupSeesTheClientButNotThroughPrivateLink) {
  auto made = topology();
  made.target_groups[0].attributes.preserve_client_ip = true;
  start_and_pass_health_check(made);
  EXPECT_EQ(visit("nlb").from, "127.0.0.1");
  EXPECT_EQ(visit("endpoint").from, node());
}

TEST_F(Addresses, ProxyProtocolNamesTheClientAndTheEndpoint) {
  auto made = topology();
  made.target_groups[0].attributes.proxy_protocol_v2 = true;
  start_and_pass_health_check(made);
  const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);
  EXPECT_EQ(health_check_.bytes, signature + std::string("\x20\0\0\0", 4)) << "LOCAL";
  const std::string direct = visit("nlb").bytes;
  ASSERT_EQ(direct.size(), 100u + 5u);
  EXPECT_THAT(direct, StartsWith(signature + "\x21\x11"));
  EXPECT_EQ(direct.substr(16, 4), std::string("\x7f\0\0\x01", 4));
  EXPECT_EQ(direct.substr(100), "hello");
  const std::string through = visit("endpoint").bytes;
  EXPECT_EQ(through.substr(39, 22), lab_->emulator.topology()->vpc_endpoints[0].id);
}

TEST_F(Addresses, AHairpinIsDropped) {
  auto made = topology();
  made.target_groups[0].attributes.preserve_client_ip = true;
  made.services[0].address = service_.address("127.0.0.77");
  start_and_pass_health_check(made);
  const EndpointAddress door = lab_->emulator.endpoints().front();
  EXPECT_FALSE(HttpsClient::answers(door, "127.0.0.77"));
  EXPECT_TRUE(HttpsClient::answers(door, "127.0.0.78"));
}

}  // namespace
}  // namespace hoplab::testing
