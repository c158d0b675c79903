// Captures made by hand: both formats, both orders of bytes, what is cut off, and TCP put in order.
#include <gtest/gtest.h>

#include "capture/capture.h"
#include "diagnose/capture/capture_file.h"
#include "diagnose/capture/story.h"
#include "diagnose/capture/tcp_flow.h"

namespace hoplab::diagnose {
namespace {

using scenario::Fact;

constexpr std::uint8_t kFin = 1, kSyn = 2, kRst = 4, kAck = 16;
constexpr std::int64_t kSecond = 1'000'000'000;

std::string number(std::uint64_t value, std::size_t size, bool little) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) {
    const std::size_t shift = 8 * (little ? i : size - 1 - i);
    bytes += static_cast<char>(value >> shift);
  }
  return bytes;
}

struct Segment {
  bool by_client = true;
  std::uint32_t sequence = 0;
  std::uint8_t flags = kAck;
  std::string data = {};
  std::int64_t at_ns = 0;
};

/// Raw IPv4 with TCP in it.
std::string ip_packet(const Segment& segment) {
  const std::string client = number(0x0A000001, 4, false), server = number(0x0A000002, 4, false);
  const std::uint16_t from = segment.by_client ? 50000 : 443, to = segment.by_client ? 443 : 50000;
  std::string tcp = number(from, 2, false) + number(to, 2, false) +
                    number(segment.sequence, 4, false) + number(0, 4, false) +
                    number(5 << 4, 1, false) + number(segment.flags, 1, false) +
                    number(0, 6, false) + segment.data;
  return number(0x45, 1, false) + number(0, 1, false) + number(20 + tcp.size(), 2, false) +
         number(0, 4, false) + number(64, 1, false) + number(6, 1, false) + number(0, 2, false) +
         (segment.by_client ? client + server : server + client) + tcp;
}

constexpr std::uint32_t kRaw = 101;

std::string pcap(const std::vector<Segment>& segments, bool little = true) {
  std::string file = number(0xA1B2C3D4, 4, little) + number(2, 2, little) + number(4, 2, little) +
                     number(0, 8, little) + number(65535, 4, little) + number(kRaw, 4, little);
  for (const Segment& segment : segments) {
    const std::string packet = ip_packet(segment);
    file += number(static_cast<std::uint64_t>(segment.at_ns / kSecond), 4, little) +
            number(static_cast<std::uint64_t>(segment.at_ns % kSecond / 1000), 4, little) +
            number(packet.size(), 4, little) + number(packet.size(), 4, little) + packet;
  }
  return file;
}

std::string block(std::uint32_t type, const std::string& body, bool little) {
  const std::size_t size = 12 + body.size();
  return number(type, 4, little) + number(size, 4, little) + body + number(size, 4, little);
}

std::string pcapng(const std::vector<Segment>& segments, bool little) {
  std::string file = block(0x0A0D0D0A,
                           number(0x1A2B3C4D, 4, little) + number(1, 2, little) +
                               number(0, 2, little) + number(~0ull, 8, little),
                           little);
  // Nanoseconds.
  file += block(1,
                number(kRaw, 2, little) + number(0, 2, little) + number(0, 4, little) +
                    number(9, 2, little) + number(1, 2, little) + number(9, 1, little) +
                    number(0, 3, little) + number(0, 4, little),
                little);
  const std::string secrets = "CLIENT_RANDOM 00 11\n";
  file += block(10, number(0x544c534b, 4, little) + number(secrets.size(), 4, little) + secrets,
                little);
  for (const Segment& segment : segments) {
    std::string packet = ip_packet(segment);
    const std::size_t size = packet.size();
    packet.resize((size + 3) / 4 * 4);
    const auto time = static_cast<std::uint64_t>(segment.at_ns);
    file += block(6,
                  number(0, 4, little) + number(time >> 32, 4, little) +
                      number(time & 0xFFFFFFFF, 4, little) + number(size, 4, little) +
                      number(size, 4, little) + packet,
                  little);
  }
  return file;
}

std::vector<Segment> opened(std::vector<Segment> more) {
  std::vector<Segment> all = {{true, 100, kSyn, {}, 0},
                              {false, 500, kSyn | kAck, {}, kSecond / 1000},
                              {true, 101, kAck, {}, kSecond / 500}};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::vector<TcpFlow> flows_of(const std::string& file) {
  return tcp_flows(read_capture(file).value());
}

Story story(const std::vector<Segment>& segments) {
  return story_of(flows_of(pcap(segments)).at(0));
}

TEST(CaptureFile, PcapInBothOrdersOfBytes) {
  for (const bool little : {true, false}) {
    const auto file = read_capture(pcap(opened({}), little));
    ASSERT_TRUE(file);
    EXPECT_EQ(file.value().packets.size(), 3u);
    EXPECT_EQ(file.value().packets[1].at_ns, kSecond / 1000);
    EXPECT_EQ(file.value().packets[1].link, kRaw);
  }
}

TEST(CaptureFile, PcapngInBothOrdersWithSecrets) {
  for (const bool little : {true, false}) {
    const auto file = read_capture(pcapng(opened({{true, 101, kAck, "abc", 7}}), little));
    ASSERT_TRUE(file);
    EXPECT_EQ(file.value().packets.size(), 4u);
    EXPECT_EQ(file.value().packets[3].at_ns, 7);
    EXPECT_EQ(file.value().tls_secrets, "CLIENT_RANDOM 00 11\n");
    EXPECT_EQ(file.value().ended_ns, kSecond / 500);
  }
}

TEST(CaptureFile, WhatIsCutOffIsReadAsFarAsItGoes) {
  const std::string whole = pcap(opened({})), new_form = pcapng(opened({}), true);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto file = read_capture(whole.substr(0, size));
    if (file) {
      EXPECT_LT(file.value().packets.size(), 3u);
    }
  }
  EXPECT_TRUE(read_capture(new_form.substr(0, new_form.size() - 3)).value().cut_off);
}

TEST(CaptureFile, AnEndThatIsNoTimeIsCutShort) {
  const std::string end =
      block(5,
            number(0, 4, true) + number(0, 8, true) + number(3, 2, true) + number(8, 2, true) +
                number(~0ull, 8, true) + number(0, 4, true),
            true);
  const auto file = read_capture(pcapng(opened({}), true) + end);
  ASSERT_TRUE(file);
  EXPECT_GT(file.value().ended_ns, kSecond);
  EXPECT_LE(file.value().ended_ns, 4'000'000'001 * kSecond);
  EXPECT_FALSE(story_of(tcp_flows(file.value()).at(0)).ordinary) << "silence, and a long one";
}

TEST(CaptureFile, SomethingElseIsAnError) {
  EXPECT_EQ(read_capture(std::string(100, 'x')).error(), "it is neither a pcap nor a pcapng file");
  EXPECT_FALSE(read_capture("short"));
}

TEST(TcpFlow, SegmentsArePutInOrderAndWhatCameTwiceIsLeftOut) {
  const auto flows = flows_of(pcap(opened({{true, 104, kAck, "def", 3},
                                           {true, 101, kAck, "abc", 4},
                                           {true, 101, kAck, "abc", 5},
                                           {true, 106, kAck, "fgh", 6}})));
  ASSERT_EQ(flows.size(), 1u);
  std::string bytes;
  for (const Chunk& chunk : flows[0].client.sent) bytes += chunk.bytes;
  EXPECT_EQ(bytes, "abcdefgh");
  EXPECT_EQ(flows[0].client.bytes, 8u);
  EXPECT_EQ(flows[0].client.sent_again, 1u);
  EXPECT_FALSE(flows[0].client.gap);
  EXPECT_EQ(flows[0].client.address, "10.0.0.1:50000");
}

TEST(TcpFlow, AMissingSegmentIsAGap) {
  const auto flows = flows_of(pcap(opened({{true, 104, kAck, "def", 3}})));
  EXPECT_TRUE(flows[0].client.gap);
}

TEST(TcpFlow, SequenceNumbersGoAroundZero) {
  const auto flows = flows_of(pcap({{true, 0xFFFFFFFD, kSyn, {}, 0},
                                    {false, 1, kSyn | kAck, {}, 1},
                                    {true, 0xFFFFFFFE, kAck, "abcd", 2},
                                    {true, 2, kAck, "ef", 3}}));
  EXPECT_EQ(flows[0].client.bytes, 6u);
  EXPECT_FALSE(flows[0].client.gap);
}

TEST(TcpFlow, TheSameAddressesAgainAreAnotherConnection) {
  auto twice = opened({{false, 501, kRst, {}, kSecond}});
  for (const Segment& segment : opened({})) twice.push_back(segment);
  EXPECT_EQ(flows_of(pcap(twice)).size(), 2u);
}

TEST(Story, ASynThatIsRefusedOrNotAnswered) {
  const Story refused = story({{true, 100, kSyn, {}, 0}, {false, 0, kRst | kAck, {}, 1}});
  EXPECT_EQ(refused.facts[Fact::end], "refused");
  const Story unanswered = story({{true, 100, kSyn, {}, 0}, {true, 100, kSyn, {}, kSecond}});
  EXPECT_EQ(unanswered.facts[Fact::end], "unanswered");
  EXPECT_EQ(unanswered.end, "nobody answered: 2 SYNs were sent in 1 s");
}

TEST(Story, AResetAfterAPauseIsIdle) {
  const Story reset = story(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n\r\n", kSecond},
                                    {false, 501, kAck, "HTTP/1.1 204 No\r\n\r\n", kSecond + 1},
                                    {true, 119, kAck, "GET / HTTP/1.1\r\n\r\n", 361 * kSecond},
                                    {false, 520, kRst, {}, 361 * kSecond + 1}}));
  EXPECT_EQ(reset.facts[Fact::end], "reset");
  EXPECT_EQ(reset.facts[Fact::stage], "idle");
  EXPECT_EQ(reset.facts[Fact::after], "360");
  EXPECT_EQ(reset.facts[Fact::ended_by], "server");
}

TEST(Story, AnAnswerThatIsWholeEndsInOrder) {
  const std::string answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
  const Story whole = story(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n\r\n", 3},
                                    {false, 501, kAck, answer, 4},
                                    {false, 543, kAck | kFin, {}, 5}}));
  EXPECT_TRUE(whole.ordinary) << whole.end;
  const Story half = story(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n\r\n", 3},
                                   {false, 501, kAck, answer.substr(0, answer.size() - 1), 4},
                                   {false, 542, kAck | kFin, {}, 5}}));
  EXPECT_FALSE(half.ordinary);
  EXPECT_EQ(half.facts[Fact::end], "truncated");
}

TEST(Story, AnEarlierFailureIsToldThoughTheLastAnswerIsGood) {
  const std::string bad = "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
                    good = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                    ask = "GET / HTTP/1.1\r\n\r\n";
  const auto size = [](const std::string& text) { return static_cast<std::uint32_t>(text.size()); };
  const auto told = story(opened({{true, 101, kAck, ask, kSecond},
                                  {false, 501, kAck, bad, kSecond + 1000},
                                  {true, 101 + size(ask), kAck, ask, kSecond + 2000},
                                  {false, 501 + size(bad), kAck, good, kSecond + 3000},
                                  {true, 101 + 2 * size(ask), kFin | kAck, {}, kSecond + 4000}}));
  EXPECT_FALSE(told.ordinary);
  EXPECT_EQ(told.facts[Fact::status], "403");
}

TEST(Story, WhoEndsFirstIsToldByTheOrderOfPacketsWithOneTime) {
  const auto told =
      story(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n\r\n", kSecond},
                    {false, 501, kAck, "HTTP/1.1 101 Switching Protocols\r\n\r\n", kSecond},
                    {false, 535, kFin | kAck, {}, 61 * kSecond},
                    {true, 119, kFin | kAck, {}, 61 * kSecond}}));
  EXPECT_EQ(told.facts[Fact::ended_by], "server");
  EXPECT_EQ(told.facts[Fact::stage], "upgraded");
}

TEST(Story, AnAnswerBeforeAnyRequest) {
  const auto told = story(opened({{false, 501, kAck, "HTTP/1.1 400 Bad Request\r\n\r\n", kSecond},
                                  {false, 529, kFin | kAck, {}, kSecond}}));
  EXPECT_EQ(told.facts[Fact::stage], "unasked");
}

TEST(Story, WhatIsUnansweredWhenTheCaptureEnds) {
  const auto ask = [](std::int64_t until) {
    auto file = read_capture(pcap(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n\r\n", kSecond}})));
    file.value().ended_ns = until;
    return story_of(tcp_flows(file.value()).at(0));
  };
  EXPECT_TRUE(ask(kSecond + 500'000'000).ordinary);
  const auto told = ask(3 * kSecond);
  EXPECT_FALSE(told.ordinary);
  EXPECT_EQ(told.facts[Fact::end], "silence");
  EXPECT_EQ(told.facts[Fact::method], "GET");
  EXPECT_EQ(told.end, "nobody has answered the client for 2 s when the capture ends");
}

TEST(Story, AHealthCheckIsToldAsTheTargetsHealth) {
  auto flow = flows_of(pcap(opened({{true, 101, kAck, "GET /health HTTP/1.1\r\n\r\n", kSecond},
                                    {false, 501, kAck, "HTTP/1.1 404 Not Found\r\n\r\n", kSecond},
                                    {true, 125, kFin | kAck, {}, kSecond}})))
                  .at(0);
  flow.comment = capture::kHealthCheckComment;
  const auto told = story_of(flow);
  EXPECT_EQ(told.facts[Fact::target_health], "Target.ResponseCodeMismatch");
  EXPECT_EQ(told.facts[Fact::health_status], "404");
}

TEST(Story, WhatKeepsAClientOutIsInTheCommentOfItsSyn) {
  auto flow = flows_of(pcap({{true, 100, kSyn, {}, 0}})).at(0);
  flow.comment = "nlb, hairpin: the target is its own client";
  EXPECT_EQ(story_of(flow).facts[Fact::reason], "hairpin");
}

TEST(Story, ALoginIsWhereAScriptIsSent) {
  const auto told = [](const std::string& accept) {
    return story(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n" + accept + "\r\n", kSecond},
                         {false, 501, kAck,
                          "HTTP/1.1 302 Found\r\nLocation: "
                          "https://idp.example.com/a?client_id=1&response_type=code\r\n\r\n",
                          kSecond},
                         {true, 300, kFin | kAck, {}, kSecond}}));
  };
  EXPECT_EQ(told("").facts[Fact::actions], "authenticate");
  EXPECT_FALSE(told("").ordinary);
  EXPECT_TRUE(told("Accept: text/html\r\n").ordinary);
}

TEST(Story, AStatusIsWhoseItIs) {
  const Story gone =
      story(opened({{true, 101, kAck, "GET / HTTP/1.1\r\n\r\n", 3},
                    {false, 501, kAck,
                     "HTTP/1.1 503 Service Temporarily Unavailable\r\nServer: awselb/2.0\r\n"
                     "Content-Length: 0\r\n\r\n",
                     4},
                    {true, 119, kAck | kFin, {}, 5}}));
  EXPECT_EQ(gone.facts[Fact::status], "503");
  EXPECT_EQ(gone.facts[Fact::by], "alb");
  EXPECT_FALSE(gone.ordinary);
}

}  // namespace
}  // namespace hoplab::diagnose
