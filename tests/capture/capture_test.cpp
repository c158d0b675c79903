// What is captured, read back from the file: by the reader of captures, and block by block.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "capture/capture.h"
#include "capture/tcp_packets.h"
#include "diagnose/capture/capture_file.h"
#include "diagnose/capture/tcp_flow.h"
#include "net/tapped_stream.h"
#include "support/io.h"
#include "support/temporary_folder.h"

namespace hoplab::capture {
namespace {

using diagnose::CaptureFile;
using diagnose::TcpFlow;
using net::TcpEnd;
using ::testing::HasSubstr;

const Hop kAlb{"application-load-balancer", "alb"};
const net::Address kClient{"10.0.0.7", 50312}, kServer{"10.0.1.5", 443};

class Captured : public ::testing::Test {
 protected:
  std::unique_ptr<net::TappedWire> connect(const net::Address& from = kClient,
                                           const net::Address& to = kServer) {
    return taps_.tap(kAlb).connected(from, to, journal_);
  }
  CaptureFile read() {
    loop_.settle();
    return diagnose::read_capture(read_file(path_).value()).value();
  }
  std::vector<TcpFlow> flows() { return diagnose::tcp_flows(read()); }

  hoplab::testing::TemporaryFolder folder_;
  const std::string path_ = folder_ / "run.pcapng";
  hoplab::testing::TestLoop loop_;
  std::shared_ptr<Capture> file_ = Capture::open(path_).value();
  LoopCapture taps_{loop_, file_, 1};
  std::shared_ptr<Journal> journal_ = std::make_shared<Journal>();
};

std::string all_of(const diagnose::Side& side) {
  std::string bytes;
  for (const auto& chunk : side.sent) bytes += chunk.bytes;
  return bytes;
}

TEST_F(Captured, AConnectionIsReadAsItWas) {
  journal_->id = 7;
  const std::string question(5000, 'q'), answer(3 * 1460, 'a');
  const auto wire = connect();
  wire->data(TcpEnd::client, question);
  loop_.advance(400s);
  wire->data(TcpEnd::server, answer);
  wire->fin(TcpEnd::client);
  journal_->end(kAlb, Reason::idle_timeout, EndKind::rst, Toward::both, loop_.now());
  wire->rst(TcpEnd::server, nullptr);
  const auto all = flows();
  ASSERT_EQ(all.size(), 1u);
  const TcpFlow& flow = all[0];
  EXPECT_EQ(flow.interface, "alb");
  EXPECT_EQ(flow.comment, "connection 7");
  EXPECT_EQ(flow.client.address, "10.0.0.7:50312");
  EXPECT_EQ(flow.server.address, "10.0.1.5:443");
  EXPECT_EQ(all_of(flow.client), question);
  EXPECT_EQ(all_of(flow.server), answer);
  EXPECT_FALSE(flow.client.gap || flow.server.gap);
  EXPECT_TRUE(flow.client.fin_at_ns && flow.server.rst_at_ns);
  EXPECT_FALSE(flow.server.fin_at_ns || flow.client.rst_at_ns);
  EXPECT_EQ((*flow.server.rst_at_ns - flow.began_ns) / 1000, Duration(400s).count());
  const auto began = std::chrono::nanoseconds(hoplab::testing::kStart.time_since_epoch());
  EXPECT_EQ(flow.began_ns, began.count());
  EXPECT_THAT(flow.end_comment, HasSubstr("alb: RST at accept, idle-timeout: "));
}

TEST_F(Captured, AnEndIsNotedThatIsKnownInTheSameTurn) {
  const auto wire = connect();
  wire->fin(TcpEnd::client);
  journal_->end(kAlb, Reason::client_closed, EndKind::fin, Toward::both, loop_.now());
  EXPECT_THAT(flows().at(0).end_comment, HasSubstr("client-closed"));
}

TEST_F(Captured, WhatRequestsMetComesFirst) {
  journal_->failed({502, &kAlb, Reason::target_reset, "10.0.2.2:80", "", 1});
  const auto wire = connect();
  journal_->end(kAlb, Reason::client_closed, EndKind::fin, Toward::both, loop_.now());
  wire->fin(TcpEnd::client);
  EXPECT_THAT(flows().at(0).end_comment,
              ::testing::StartsWith("502 by alb for 10.0.2.2:80, target-reset: "));
}

TEST_F(Captured, Version6) {
  const auto wire = connect({"2001:db8::7", 50312}, {"2001:db8::1", 443});
  wire->data(TcpEnd::client, "x");
  EXPECT_EQ(flows().at(0).client.address, "[2001:db8::7]:50312");
  EXPECT_EQ(all_of(flows().at(0).client), "x");
}

TEST_F(Captured, ConnectionsWithoutAPortOfTheirOwnAreToldApart) {
  const auto one = connect({"10.0.0.1", 0}), another = connect({"10.0.0.1", 0});
  one->data(TcpEnd::client, "1");
  another->data(TcpEnd::client, "2");
  EXPECT_EQ(flows().size(), 2u);
}

TEST_F(Captured, SecretsStandBeforeThePacketsOfTheirTurn) {
  const auto wire = connect();
  wire->data(TcpEnd::client, "the flight that makes the secret known");
  file_->secret("CLIENT_RANDOM 00 11");
  loop_.settle();
  const std::string bytes = read_file(path_).value();
  EXPECT_LT(bytes.find("CLIENT_RANDOM 00 11\n"), bytes.find("the flight"));
  EXPECT_EQ(read().tls_secrets, "CLIENT_RANDOM 00 11\n");
}

TEST_F(Captured, AnotherFileGoesOnWithTheSameInterfaces) {
  const auto wire = connect();
  wire->data(TcpEnd::client, "first");
  taps_.write();
  const std::string second = folder_ / "second.pcapng";
  ASSERT_TRUE(file_->go_on_in(second, loop_.now()));
  wire->data(TcpEnd::client, "second");
  taps_.write();
  ASSERT_TRUE(file_->go_on_in("", loop_.now() + 5s));
  wire->data(TcpEnd::client, "none");
  taps_.write();
  EXPECT_EQ(all_of(flows().at(0).client), "first");
  const auto later = diagnose::tcp_flows(diagnose::read_capture(read_file(second).value()).value());
  EXPECT_EQ(all_of(later.at(0).client), "second");
  EXPECT_TRUE(later.at(0).began_before);
  EXPECT_EQ(later.at(0).interface, "alb");
  EXPECT_NEAR(static_cast<double>(later.at(0).captured_until_ns - later.at(0).ended_ns), 5e9, 1e3);
}

TEST_F(Captured, AnAttemptThatNobodyAnswered) {
  const Hop nlb{"network-load-balancer", "nlb"};
  const Time now = loop_.now();
  const net::Barrier barrier{&nlb, Reason::security_group};
  file_->failed_attempt({"10.0.0.7", kServer, 1s, false, barrier}, now);
  file_->failed_attempt({"10.0.0.8", kServer, 0s, true, std::nullopt}, now);
  const auto all = flows();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_FALSE(all[0].established);
  EXPECT_EQ(all[0].client.syns, 2u);
  EXPECT_FALSE(all[0].server.rst_at_ns);
  EXPECT_EQ(all[0].comment,
            "nlb, security-group: no rule of its security groups lets the client's address in");
  EXPECT_TRUE(all[1].server.rst_at_ns);
}

TEST(Capture, AFileThatCannotBeWrittenIsSaid) {
  const auto file = Capture::open("/nowhere/run.pcapng");
  ASSERT_FALSE(file);
  EXPECT_THAT(file.error(), HasSubstr("/nowhere/run.pcapng"));
}

/// RFC 1071: over a header with its checksum it is all ones.
std::uint32_t sum(std::string_view bytes) {
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    all += static_cast<std::uint32_t>(static_cast<std::uint8_t>(bytes[i])) << (i % 2 ? 0 : 8);
  }
  while (all >> 16) all = (all & 0xFFFF) + (all >> 16);
  return all;
}

TEST(TcpPackets, ChecksumsAreRight) {
  TcpPackets packets(kClient, kServer, 42);
  std::vector<std::string> all = packets.handshake();
  for (const auto& more : {packets.data(TcpEnd::client, "odd"), packets.fin(TcpEnd::server)}) {
    all.insert(all.end(), more.begin(), more.end());
  }
  for (const std::string& packet : all) {
    EXPECT_EQ(sum(std::string_view(packet).substr(0, 20)), 0xFFFFu);
    const std::string_view tcp = std::string_view(packet).substr(20);
    std::string whole = packet.substr(12, 8);  // the pseudo-header
    whole += std::string("\0\x06", 2) + static_cast<char>(tcp.size() >> 8) +
             static_cast<char>(tcp.size());
    whole += tcp;
    EXPECT_EQ(sum(whole), 0xFFFFu);
  }
}

TEST(TcpPackets, AddressesThatAreNoneAreUnspecified) {
  TcpPackets packets({"", 1}, {"localhost", 2}, 1);
  EXPECT_EQ(packets.syn().substr(12, 8), std::string(8, '\0'));
}

// ---- A stream that is listened to ---------------------------------------------------------------

/// What a tap is told, as text.
class Heard final : public net::TappedWire {
 public:
  explicit Heard(std::string& all) : all_(all) {}
  void data(TcpEnd from, std::string_view bytes) override {
    all_ += who(from) + ":" + std::string(bytes) + " ";
  }
  void fin(TcpEnd from) override { all_ += who(from) + " FIN "; }
  void rst(TcpEnd from, const Cause* cause) override {
    all_ += who(from) + (cause ? " RST of ours " : " RST ");
  }

 private:
  static std::string who(TcpEnd end) { return end == TcpEnd::client ? "c" : "s"; }
  std::string& all_;
};

class Tapped : public ::testing::Test {
 protected:
  Tapped() {
    auto [near, far] = net::make_memory_pipe(loop_);
    server_ = std::make_unique<net::TappedStream>(std::move(near), std::make_unique<Heard>(heard_),
                                                  TcpEnd::client);
    client_ = std::move(far);
  }
  net::IoResult read() {
    std::array<char, 64> room{};
    return server_->try_read(room);
  }

  hoplab::testing::TestLoop loop_;
  std::string heard_;
  std::unique_ptr<net::Stream> server_, client_;
};

TEST_F(Tapped, BytesAndOrderlyEndsOfBothSides) {
  client_->try_write("ask");
  read();
  server_->try_write("told");
  client_->shutdown_write();
  read();
  read();  // told once
  server_->shutdown_write();
  server_.reset();
  EXPECT_EQ(heard_, "c:ask s:told c FIN s FIN ");
}

TEST_F(Tapped, AResetByUsIsNotTheClients) {
  server_->reset(hoplab::testing::kTestCause);
  read();
  server_.reset();
  EXPECT_EQ(heard_, "s RST of ours ");
}

TEST_F(Tapped, AResetOfTheClientIsSeenByReads) {
  client_->reset(hoplab::testing::kTestCause);
  read();
  server_->try_write("late");
  server_.reset();
  EXPECT_EQ(heard_, "c RST ");
}

TEST_F(Tapped, WhoeverLetsGoEndsInOrder) {
  server_.reset();
  EXPECT_EQ(heard_, "s FIN ");
}

}  // namespace
}  // namespace hoplab::capture
