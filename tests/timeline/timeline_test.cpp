// A timeline of records that are written down here: its rows, as text and as a picture.
#include "timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hoplab::testing {

using ::testing::HasSubstr;
using ::testing::Not;

namespace {

const Time kStart = Time(std::chrono::seconds(1'700'000'000));

EndRecord refused() {
  EndRecord record;
  record.id = 7;
  record.client = "127.0.0.1:50312";
  record.accepted_at = kStart;
  record.ended_at = kStart + 9ms;
  record.hops = {"consumer-endpoint", "nlb", "alb"};
  record.tls_version = "TLSv1.2";
  record.stages = {{Stage::client_hello, kStart + 1ms}, {Stage::client_certificate, kStart + 8ms}};
  record.certificate_subject = "CN=untrusted,O=Example";
  record.verify_status = "Failed:ClientCertUntrusted";
  record.verify_reason = "no path leads to a CA";
  record.bytes_from_client = 1234;
  record.hop = "alb";
  record.by = Party::hop;
  record.reason = Reason::certificate_refused;
  record.how = EndKind::rst;
  record.toward = Toward::client;
  record.stage = Stage::client_certificate;
  return record;
}

/// Two requests, and then nothing until the load balancer's idle timeout.
EndRecord idle() {
  EndRecord record = refused();
  record.tls_cipher = "ECDHE-ECDSA-AES128-GCM-SHA256";
  record.verify_status = "Success";
  record.verify_reason.clear();
  record.certificate_subject = "CN=my_client,O=Example";
  record.stages = {
      {Stage::client_hello, kStart + 1ms},    {Stage::client_certificate, kStart + 2ms},
      {Stage::handshake_done, kStart + 3ms},  {Stage::idle, kStart + 3ms},
      {Stage::request_headers, kStart + 4ms}, {Stage::response_headers, kStart + 5ms},
      {Stage::request_headers, kStart + 20s}, {Stage::idle, kStart + 20s + 1ms}};
  record.requests = 2;
  record.last_status = 200;
  record.reason = Reason::idle_timeout;
  record.how = EndKind::fin;
  record.ended_at = kStart + 80s + 1ms;
  return record;
}

std::vector<std::string> texts_of(const timeline::Timeline& made) {
  std::vector<std::string> texts;
  for (const auto& moment : made.moments) texts.push_back(moment.text);
  return texts;
}

TEST(Timeline, OfARefusedCertificateEndsWithTheResetTowardTheClient) {
  const auto made = timeline::timeline_of(refused());
  EXPECT_THAT(made.lanes, ::testing::ElementsAre("client", "consumer-endpoint", "nlb", "alb"));
  EXPECT_THAT(texts_of(made),
              ::testing::ElementsAre("the TCP connection is accepted", "ClientHello",
                                     "CN=untrusted,O=Example", "Failed:ClientCertUntrusted",
                                     "RST: the client certificate was refused"));
  EXPECT_EQ(made.moments.back().from, 3u);
  EXPECT_EQ(made.moments.back().to, 0u);
  EXPECT_THAT(made.notes, ::testing::ElementsAre("no path leads to a CA"));
}

TEST(Timeline, SaysHowLongNothingHappened) {
  const auto made = timeline::timeline_of(idle());
  EXPECT_EQ(made.lanes.back(), "target");
  EXPECT_THAT(texts_of(made),
              ::testing::ElementsAre(
                  "the TCP connection is accepted", "ClientHello", "CN=my_client,O=Example",
                  "Success", "TLS is up: TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256",
                  "the first of 2 requests", "an answer", "20.00 s pass", "the last request",
                  "the answer is over", "60.00 s pass", HasSubstr("FIN: ")));
}

TEST(Timeline, OfWhatTheClientEndedLeadsFromTheClient) {
  EndRecord record = idle();
  record.by = Party::client;
  record.reason = Reason::client_reset;
  record.how = EndKind::rst;
  const auto made = timeline::timeline_of(record);
  EXPECT_EQ(made.moments.back().from, 0u);
  EXPECT_EQ(made.lanes[made.moments.back().to], "alb");
}

TEST(Timeline, OfATargetsResetLeadsFromTheTarget) {
  EndRecord record = idle();
  record.requests = 0;
  record.by = Party::target;
  record.reason = Reason::target_reset;
  record.how = EndKind::rst;
  const auto made = timeline::timeline_of(record);
  EXPECT_EQ(made.lanes[made.moments.back().from], "target");
  EXPECT_EQ(made.moments.back().to, 0u);
}

TEST(Timeline, OfSilenceStaysAtItsHop) {
  EndRecord record = refused();
  record.hop = "nlb";
  record.how = EndKind::silence;
  const auto made = timeline::timeline_of(record);
  EXPECT_EQ(made.lanes[made.moments.back().from], "nlb");
  EXPECT_EQ(made.moments.back().from, made.moments.back().to);
}

TEST(Timeline, OfAnOpenConnectionSaysSo) {
  FlowStatus flow;
  flow.client = "127.0.0.1:1";
  flow.accepted_at = kStart;
  flow.hops = {"nlb"};
  flow.stages = {{Stage::client_hello, kStart + 1ms}};
  const auto made = timeline::timeline_of(flow, kStart + 2s);
  EXPECT_EQ(made.moments.back().text, "open");
  EXPECT_EQ(made.moments.back().at, 2s);
}

TEST(Timeline, AClockThatWasSetBackDoesNotTurnItsOrder) {
  EndRecord record = refused();
  record.ended_at = kStart - 3600s;
  EXPECT_EQ(timeline::timeline_of(record).moments.back().at, 8ms);
}

TEST(TimelineText, HasAColumnForEachLane) {
  EXPECT_EQ(timeline::timeline_text(timeline::timeline_of(refused())),
            "#7 from 127.0.0.1:50312, 2023-11-14T22:13:20.000000Z, 1234 bytes from the client, 0 "
            "to it\n"
            "            client  consumer-endpoint  nlb     alb\n"
            "   0.00 ms     |------------|-----------|------>|  the TCP connection is accepted\n"
            "   1.00 ms     |------------|-----------|------>|  ClientHello\n"
            "   8.00 ms     |------------|-----------|------>|  CN=untrusted,O=Example\n"
            "               |            |           |       *  Failed:ClientCertUntrusted\n"
            "   9.00 ms     X<-----------|-----------|-------|  RST: the client certificate was "
            "refused\n"
            "            no path leads to a CA\n");
}

TEST(TimelineSvg, IsOfAllThatTheTextSays) {
  const std::string svg = timeline::timeline_svg(timeline::timeline_of(idle()));
  EXPECT_THAT(svg, ::testing::StartsWith("<svg "));
  for (const std::string& text : texts_of(timeline::timeline_of(idle()))) {
    EXPECT_THAT(svg, HasSubstr(">" + text.substr(0, 20)));
  }
  EXPECT_THAT(svg, HasSubstr("prefers-color-scheme:dark"));
}

TEST(TimelineSvg, TakesWordsOfAClientForTextOnly) {
  EndRecord record = refused();
  record.certificate_subject = "CN=<script>alert(1)</script>&\x01\"";
  const std::string svg = timeline::timeline_svg(timeline::timeline_of(record));
  EXPECT_THAT(svg, Not(HasSubstr("<script")));
  EXPECT_THAT(svg, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("\x01")));
}

TEST(TimelineSvg, BreaksLongTextsIntoLines) {
  EndRecord record = refused();
  record.certificate_subject = "CN=" + std::string(300, 'a');
  const std::string svg = timeline::timeline_svg(timeline::timeline_of(record));
  EXPECT_THAT(svg, Not(HasSubstr(">CN=" + std::string(100, 'a'))));
}

}  // namespace

}  // namespace hoplab::testing
