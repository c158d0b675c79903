// How HTTP/2 connections end, and what the record says.
#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

void expect_end(const Http2Lab& lab, Reason reason, EndKind how) {
  ASSERT_TRUE(lab.end);
  EXPECT_EQ(to_text(lab.end->reason), to_text(reason));
  EXPECT_EQ(to_text(lab.end->how), to_text(how));
}

Task<void> until_gone(Request& request, Loop& loop) {
  WaitSlot slot(loop);
  while (!request.client->gone()) {
    request.client->watch(&slot);
    co_await slot;
  }
  request.client->watch(nullptr);
}

TEST(Http2Ends, AFinBetweenRequestsIsTheOrdinaryEnd) {
  Http2Lab lab;
  lab.connect();
  lab.ask();
  lab.turn();
  lab.client->shutdown_write();
  lab.turn();
  expect_end(lab, Reason::client_closed, EndKind::fin);
}

TEST(Http2Ends, AGoawayFromTheClientIsTheOrdinaryEndToo) {
  Http2Lab lab;
  WaitSlot held(lab.loop);
  lab.handler.answer = [&held](Request&, Response&) -> Task<void> { co_await notified(held); };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  nghttp2_submit_goaway(lab.session, 0, 0, NGHTTP2_NO_ERROR, nullptr, 0);
  lab.turn();
  EXPECT_FALSE(lab.end) << "a request is under way";
  held.notify();
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
  expect_end(lab, Reason::client_closed, EndKind::fin);
}

TEST(Http2Ends, AGoawayWithAnErrorIsTheClientsEnd) {
  Http2Lab lab;
  lab.connect();
  lab.turn();
  nghttp2_session_terminate_session(lab.session, NGHTTP2_COMPRESSION_ERROR);
  lab.turn();
  expect_end(lab, Reason::client_http2_error, EndKind::fin);
}

TEST(Http2Ends, AResetBetweenRequests) {
  Http2Lab lab;
  lab.connect();
  lab.turn();
  lab.client->reset(Cause{});
  lab.turn();
  expect_end(lab, Reason::client_reset, EndKind::rst);
}

TEST(Http2Ends, AClientThatLeavesBeforeTheAnswer) {
  for (const bool reset : {false, true}) {
    Http2Lab lab;
    lab.handler.answer = [&lab](Request& request, Response&) -> Task<void> {
      co_await until_gone(request, lab.loop);
    };
    lab.connect();
    lab.ask();
    lab.turn();
    if (reset)
      lab.client->reset(Cause{});
    else
      lab.client->shutdown_write();
    lab.turn();
    EXPECT_EQ(lab.handler.ended, 1);
    EXPECT_EQ(lab.journal.stage, Stage::request_headers);
    expect_end(lab, Reason::client_closed_before_response, reset ? EndKind::rst : EndKind::fin);
  }
}

TEST(Http2Ends, AClientThatLeavesInTheMiddleOfItsUpload) {
  Http2Lab lab;
  net::IoStatus last{};
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    const std::string text = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(text, "half");
  };
  lab.start();
  lab.write_raw(preface() + frame(1, 0x4, 1, get_block()) + frame(0, 0, 1, "half"));
  lab.read_raw();
  lab.client->shutdown_write();
  lab.read_raw();
  EXPECT_EQ(last, net::IoStatus::failed);
  expect_end(lab, Reason::client_closed_mid_request, EndKind::fin);
}

TEST(Http2Ends, AClientThatLeavesInTheMiddleOfTheAnswer) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.body = std::make_unique<TestSource>(1000, 1000, TestSource::Then::stall, false);
    co_return;
  };
  lab.connect();
  lab.ask();
  lab.turn();
  lab.client->reset(Cause{});
  lab.turn();
  expect_end(lab, Reason::client_reset, EndKind::rst);
}

TEST(Http2Ends, ARequestSentWithTheFinIsStillHandled) {
  Http2Lab lab;
  lab.start();
  lab.write_raw(preface() + frame(1, 0x5, 1, get_block()));
  lab.client->shutdown_write();
  lab.read_raw();
  EXPECT_EQ(lab.handler.ended, 1);
}

TEST(Http2Ends, NotAPreface) {
  Http2Lab lab;
  lab.start();
  lab.write_raw("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(goaway_error(lab.read_raw()), NGHTTP2_PROTOCOL_ERROR);
  expect_end(lab, Reason::http2_protocol_error, EndKind::fin);
  EXPECT_TRUE(lab.fin_seen);
}

TEST(Http2Ends, MalformedFramesEndTheConnectionWithTheirError) {
  const std::pair<std::string, int> cases[] = {
      {frame(0, 0, 0, "data on stream 0"), NGHTTP2_PROTOCOL_ERROR},
      {frame(0, 0, 5, "data on an idle stream"), NGHTTP2_PROTOCOL_ERROR},
      {frame(6, 0, 0, "short"), NGHTTP2_FRAME_SIZE_ERROR},
      {frame(8, 0, 0, std::string(4, '\0')), NGHTTP2_PROTOCOL_ERROR},
      {frame(1, 0x5, 2, get_block()), NGHTTP2_PROTOCOL_ERROR},
      {frame(1, 0x5, 1, "\xff\xff\xff\xff\xff\xff"), NGHTTP2_COMPRESSION_ERROR},
      {frame(9, 0x4, 1, get_block()), NGHTTP2_PROTOCOL_ERROR},
      {frame(5, 0x4, 1, std::string(4, '\0')), NGHTTP2_PROTOCOL_ERROR},
      {frame(0, 0, 1, std::string(17'000, 'x')), NGHTTP2_FRAME_SIZE_ERROR},
  };
  for (const auto& [bytes, error] : cases) {
    Http2Lab lab;
    lab.start();
    lab.write_raw(preface() + bytes);
    EXPECT_EQ(goaway_error(lab.read_raw()), error) << bytes;
    expect_end(lab, Reason::http2_protocol_error, EndKind::fin);
    EXPECT_EQ(lab.handler.started, 0);
  }
}

TEST(Http2Ends, IdleConnectionsEndAfterTheTimeoutWithoutPingCounting) {
  Http2Lab lab;
  lab.connect();
  lab.ask();
  lab.turn();
  lab.loop.advance(59s);
  nghttp2_submit_ping(lab.session, 0, nullptr);
  lab.turn();
  EXPECT_FALSE(lab.end);
  lab.loop.advance(1s);
  lab.turn();
  EXPECT_EQ(lab.goaways, std::vector<std::uint32_t>{NGHTTP2_NO_ERROR});
  EXPECT_TRUE(lab.fin_seen);
  expect_end(lab, Reason::idle_timeout, EndKind::fin);
}

TEST(Http2Ends, ARequestRestartsTheIdleTimer) {
  Http2Lab lab;
  lab.connect();
  lab.turn();
  lab.loop.advance(59s);
  lab.ask();
  lab.turn();
  lab.loop.advance(59s);
  EXPECT_FALSE(lab.end);
  lab.loop.advance(1s);
  lab.turn();
  expect_end(lab, Reason::idle_timeout, EndKind::fin);
}

TEST(Http2Ends, AWorkingHandlerIsNotIdle) {
  Http2Lab lab;
  WaitSlot held(lab.loop);
  lab.handler.answer = [&held](Request&, Response&) -> Task<void> { co_await notified(held); };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  lab.loop.advance(300s);
  lab.turn();
  EXPECT_FALSE(lab.end);
  held.notify();
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
}

TEST(Http2Ends, AClientThatStopsTakingTheAnswerIsReset) {
  for (const bool by_window : {true, false}) {
    Http2Lab lab;
    lab.handler.answer = [](Request&, Response& response) -> Task<void> {
      response.body =
          std::make_unique<TestSource>(10'000'000, 70'000, TestSource::Then::close, true);
      co_return;
    };
    lab.connect(by_window ? 1000 : 8'000'000, false);
    if (!by_window) nghttp2_session_set_local_window_size(lab.session, 0, 0, 8'000'000);
    lab.ask();
    lab.client_reads = by_window;  // else it is the pipe that fills up
    lab.turn();
    EXPECT_FALSE(lab.end);
    lab.loop.advance(61s);
    lab.turn();
    expect_end(lab, Reason::idle_timeout, EndKind::rst);
  }
}

TEST(Http2Ends, AHeadThatStopsHalfwayIsARequestTimeout) {
  Http2Lab lab;
  lab.start();
  lab.write_raw(preface() + frame(1, 0x1, 1, get_block()));
  lab.read_raw();
  lab.loop.advance(60s);
  EXPECT_EQ(goaway_error(lab.read_raw()), NGHTTP2_NO_ERROR);
  expect_end(lab, Reason::request_timeout, EndKind::fin);
}

TEST(Http2Ends, AnAgedConnectionServesOneMoreRequest) {
  Http2Lab lab;
  lab.context.keep_alive_until = lab.loop.now() + 30s;
  lab.connect();
  const auto young = lab.ask();
  lab.turn();
  lab.loop.advance(31s);
  lab.turn();
  EXPECT_EQ(lab.answers[young].status(), "200");
  EXPECT_TRUE(lab.goaways.empty()) << "age alone does nothing";
  const auto old = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[old].status(), "200");
  EXPECT_EQ(lab.goaway_last_id, old);
  expect_end(lab, Reason::client_keep_alive_expired, EndKind::fin);
}

TEST(Http2Ends, AnAnswerMayAskForTheEndAndTheOthersFinish) {
  Http2Lab lab;
  WaitSlot held_close(lab.loop), held_slow(lab.loop);
  lab.handler.answer = [&](Request& request, Response& response) -> Task<void> {
    response.close = request.target == "/close";
    WaitSlot& held = response.close ? held_close : held_slow;
    co_await notified(held);
  };
  lab.connect();
  const auto closing = lab.ask({}, nullptr, "GET", "/close");
  const auto slow = lab.ask({}, nullptr, "GET", "/slow");
  lab.turn();
  held_close.notify();
  lab.turn();
  EXPECT_EQ(lab.answers[closing].status(), "200");
  EXPECT_EQ(lab.goaway_last_id, slow) << "it was taken before the GOAWAY";
  EXPECT_FALSE(lab.end);
  held_slow.notify();
  lab.turn();
  EXPECT_EQ(lab.answers[slow].status(), "200");
  expect_end(lab, Reason::connection_close, EndKind::fin);
}

}  // namespace
}  // namespace hoplab::http
