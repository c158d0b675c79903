// HTTP/2 bodies: both ways, larger than the windows, cut short, cancelled.
#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

TEST(Http2Body, UploadsLargerThanAllWindowsArrive) {
  Http2Lab lab;
  const std::string sent(20'000'000, 'u');
  std::string got;
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    EXPECT_NE(request.body, nullptr);
    EXPECT_EQ(request.body->remaining(), std::nullopt);
    net::IoStatus last{};
    got = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(last, net::IoStatus::closed);
  };
  lab.connect();
  const auto id = lab.ask({}, &sent, "POST");
  lab.turn();
  EXPECT_TRUE(got == sent);
  EXPECT_EQ(lab.answers[id].status(), "200");
  EXPECT_EQ(lab.answers[id].error, 0u);
}

TEST(Http2Body, ContentLengthIsWhatRemains) {
  Http2Lab lab;
  std::vector<std::optional<std::uint64_t>> remaining;
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    remaining.push_back(request.body->remaining());
    net::IoStatus last{};
    const std::string text = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(text, "four");
    remaining.push_back(request.body->remaining());
  };
  lab.connect();
  const std::string body = "four";
  lab.ask({{"content-length", "4"}}, &body, "POST");
  lab.turn();
  EXPECT_EQ(remaining, (std::vector<std::optional<std::uint64_t>>{4, 0}));
}

TEST(Http2Body, CreditComesBackOnlyAsTheHandlerReads) {
  Http2Lab lab;
  WaitSlot held(lab.loop);
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    co_await notified(held);
    net::IoStatus last{};
    const std::string text = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(text.size(), 1'000'000u);
  };
  lab.connect();
  const std::string body(1'000'000, 'u');
  const auto id = lab.ask({}, &body, "POST");
  lab.turn();
  EXPECT_EQ(lab.answers[id].sent, 64u * 1024);
  held.notify();
  lab.turn();
  EXPECT_EQ(lab.answers[id].sent, body.size());
  EXPECT_EQ(lab.answers[id].status(), "200");
}

TEST(Http2Body, UnreadUploadsDoNotHoldUpOthers) {
  Http2Lab lab;
  const std::string body(200'000, 'u');
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    if (request.target == "/stuck") {
      co_await lab.park(request);
    } else {
      net::IoStatus last{};
      const std::string text = co_await read_all(*request.body, lab.loop, last);
      EXPECT_EQ(text.size(), 200'000u);
    }
  };
  lab.connect();
  for (int i = 0; i < 100; ++i) lab.ask({}, &body, "POST", "/stuck");
  lab.turn();
  EXPECT_EQ(lab.handler.started, 100);
  const auto id = lab.ask({}, &body, "POST", "/");
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
}

TEST(Http2Body, CreditOfCancelledUploadsComesBack) {
  Http2Lab lab;
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    const bool stuck = request.target == "/stuck";
    if (stuck) co_await lab.park(request);
    net::IoStatus last{};
    const std::string text = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(last, stuck ? net::IoStatus::failed : net::IoStatus::closed);
  };
  lab.connect();
  const std::string body(64 * 1024, 'u');
  for (int round = 0; round < 500; ++round) {  // four times the connection's window
    const auto id = lab.ask({}, &body, "POST", "/stuck");
    lab.turn();
    nghttp2_submit_rst_stream(lab.session, 0, id, NGHTTP2_CANCEL);
    lab.turn();
  }
  const auto id = lab.ask({}, &body, "POST", "/");
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
  EXPECT_EQ(lab.handler.ended, 501);
}

TEST(Http2Body, TrailersOfARequestAreDropped) {
  Http2Lab lab;
  std::string got;
  std::size_t fields = 99;
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    net::IoStatus last{};
    got = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(last, net::IoStatus::closed);
    fields = request.headers.fields().size();
  };
  lab.start();
  lab.write_raw(preface() + frame(1, 0x4, 1, get_block()) + frame(0, 0, 1, "body") +
                frame(1, 0x5, 1, std::string("\x00\x01t\x01v", 5)));
  lab.read_raw();
  EXPECT_EQ(got, "body");
  EXPECT_EQ(fields, 0u);
  EXPECT_EQ(lab.handler.ended, 1);
}

TEST(Http2Body, DownloadsLargerThanAllWindowsArrive) {
  for (const bool length_known : {true, false}) {
    Http2Lab lab;
    lab.handler.answer = [length_known](Request&, Response& response) -> Task<void> {
      response.body =
          std::make_unique<TestSource>(5'000'000, 70'000, TestSource::Then::close, length_known);
      co_return;
    };
    lab.connect();
    const auto id = lab.ask();
    const auto other = lab.ask();
    lab.turn();
    EXPECT_EQ(lab.answers[id].field("content-length"), length_known ? "5000000" : "");
    EXPECT_EQ(lab.answers[id].body.size(), 5'000'000u);
    EXPECT_TRUE(lab.answers[id].closed);
    EXPECT_EQ(lab.answers[id].error, 0u);
    EXPECT_EQ(lab.answers[other].body.size(), 5'000'000u);
  }
}

TEST(Http2Body, LargeTextIsSentWithinTheClientsWindow) {
  Http2Lab lab;
  const std::string text(1'000'000, 't');
  lab.handler.answer = [&text](Request&, Response& response) -> Task<void> {
    response.text = text;
    co_return;
  };
  lab.connect(1000, false);
  const auto id = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[id].body.size(), 1000u);
  EXPECT_FALSE(lab.answers[id].closed);
  nghttp2_session_consume(lab.session, id, 1000);
  lab.turn();
  EXPECT_EQ(lab.answers[id].body.size(), 2000u);
}

TEST(Http2Body, AnAnswerCutShortIsAnInternalErrorOnRecord) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.body = std::make_unique<TestSource>(1000, 1000, TestSource::Then::fail, false);
    co_return;
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[id].body.size(), 1000u);
  EXPECT_EQ(lab.answers[id].error, std::uint32_t{NGHTTP2_INTERNAL_ERROR});
  ASSERT_EQ(lab.journal.failures.size(), 1u);
  EXPECT_EQ(lab.journal.failures[0].status, 200);
  EXPECT_EQ(lab.journal.failures[0].reason, Reason::response_truncated);
  EXPECT_FALSE(lab.end) << "the connection goes on";
}

TEST(Http2Body, AShortRestOfAnUploadThatNobodyNeedsIsLetIn) {
  Http2Lab lab;
  lab.connect();
  lab.answers[1].stops = true;
  const std::string half = "half";
  const auto id = lab.ask({{"content-length", "8"}}, &half, "POST");
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
  EXPECT_FALSE(lab.answers[id].closed);
  lab.send_more(id, "rest", true);
  EXPECT_TRUE(lab.answers[id].closed);
  EXPECT_EQ(lab.answers[id].error, std::uint32_t{NGHTTP2_NO_ERROR});
}

TEST(Http2Body, AShortRestThatNeverComesIsIdle) {
  Http2Lab lab;
  lab.connect();
  lab.answers[1].stops = true;
  const std::string half = "half";
  lab.ask({{"content-length", "8"}}, &half, "POST");
  lab.turn();
  lab.advance(60s);
  EXPECT_EQ(lab.goaways, std::vector<std::uint32_t>{NGHTTP2_NO_ERROR});
}

TEST(Http2Body, AnAnswerBeforeTheEndOfTheUploadEndsTheStreamWithoutError) {
  Http2Lab lab;
  lab.connect();
  const std::string body(1'000'000, 'u');
  const auto id = lab.ask({}, &body, "POST");
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
  EXPECT_TRUE(lab.answers[id].closed);
  EXPECT_EQ(lab.answers[id].error, std::uint32_t{NGHTTP2_NO_ERROR});
  EXPECT_LT(lab.answers[id].sent, body.size());
  const auto next = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[next].status(), "200");
}

TEST(Http2Body, ACancelledRequestTellsItsHandlerWhichRunsToItsEnd) {
  Http2Lab lab;
  WaitSlot client_gone(lab.loop), last_step(lab.loop);
  bool noticed = false;
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    EXPECT_FALSE(request.client->gone());
    request.client->watch(&client_gone);
    co_await notified(client_gone);
    noticed = request.client->gone();
    co_await notified(last_step);
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  nghttp2_submit_rst_stream(lab.session, 0, id, NGHTTP2_CANCEL);
  lab.turn();
  EXPECT_TRUE(noticed);
  EXPECT_EQ(lab.handler.ended, 0);
  last_step.notify();
  lab.turn();
  EXPECT_EQ(lab.handler.ended, 1);
  EXPECT_EQ(lab.answers[id].status(), "");
}

TEST(Http2Body, ACancelledDownloadLetsGoOfItsSource) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.body = std::make_unique<TestSource>(1000, 1000, TestSource::Then::stall, false);
    co_return;
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[id].body.size(), 1000u);
  nghttp2_submit_rst_stream(lab.session, 0, id, NGHTTP2_CANCEL);
  lab.turn();
  EXPECT_EQ(lab.journal.stage, Stage::idle);
  const auto next = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[next].body.size(), 1000u);
}

}  // namespace
}  // namespace hoplab::http
