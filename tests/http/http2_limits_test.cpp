// HTTP/2 limits: what is too much is refused, and floods end the connection.
#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

std::string repeated(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

void expect_calmed_down(Http2Lab& lab, const std::string& flood) {
  lab.start();
  lab.write_raw(preface());
  std::string answer = lab.read_raw();
  for (std::size_t at = 0; at < flood.size() && !lab.end; at += 50'000) {
    lab.client->try_write(std::string_view(flood).substr(at, 50'000));
    answer += lab.read_raw();
  }
  EXPECT_EQ(goaway_error(answer), NGHTTP2_ENHANCE_YOUR_CALM);
  ASSERT_TRUE(lab.end);
  EXPECT_EQ(lab.end->reason, Reason::http2_protocol_error);
  EXPECT_EQ(lab.end->how, EndKind::fin);
  EXPECT_EQ(lab.handler.started, lab.handler.ended);
}

TEST(Http2Limits, HeadersBeyond64KiBAreA400) {
  Http2Lab lab;
  lab.connect();
  Fields fields;
  for (int i = 0; i < 9; ++i) fields.emplace_back("x-" + std::to_string(i), std::string(8000, 'v'));
  const auto id = lab.ask(fields);
  fields.pop_back();
  const auto fine = lab.ask(fields);
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "400");
  EXPECT_EQ(lab.answers[fine].status(), "200");
  EXPECT_EQ(lab.handler.started, 1);
  EXPECT_FALSE(lab.end);
}

TEST(Http2Limits, OneHeaderBeyond16KiBIsA400AndAPathBeyondA414) {
  Http2Lab lab;
  lab.connect();
  const std::string upload(100'000, 'u');
  const auto header = lab.ask({{"x", std::string(16 * 1024, 'v')}}, &upload, "POST");
  const auto path = lab.ask({}, nullptr, "GET", "/" + std::string(16 * 1024, 'p'));
  lab.turn();
  EXPECT_EQ(lab.answers[header].status(), "400");
  EXPECT_EQ(lab.answers[path].status(), "414");
  EXPECT_EQ(lab.handler.started, 0);
  EXPECT_EQ(lab.journal.last_status, 414);
}

TEST(Http2Limits, StreamsBeyondTheLimitAreRefusedOneByOne) {
  Http2Lab lab;
  lab.handler.answer = [&lab](Request& request, Response&) -> Task<void> {
    co_await lab.park(request);
  };
  lab.start();
  lab.write_raw(preface() + frame(4, 1, 0, ""));  // our SETTINGS are acknowledged
  lab.read_raw();
  std::string requests;
  for (std::uint32_t i = 0; i < 130; ++i) requests += frame(1, 0x5, 2 * i + 1, get_block());
  lab.write_raw(requests);
  const std::string answer = lab.read_raw();
  EXPECT_EQ(lab.handler.started, 128);
  const std::string refused = frame(3, 0, 257, std::string("\0\0\0\x07", 4)) +
                              frame(3, 0, 259, std::string("\0\0\0\x07", 4));
  EXPECT_EQ(answer, refused);
  EXPECT_FALSE(lab.end);
  lab.release();
  lab.read_raw();
  lab.write_raw(frame(1, 0x5, 261, get_block()));
  lab.read_raw();
  EXPECT_EQ(lab.handler.started, 129);
}

TEST(Http2Limits, TheLastRequestOfAConnectionIsAnsweredThenGoawayThenFin) {
  Http2Lab lab;
  lab.context.limits.requests_per_connection = 3;
  lab.connect();
  lab.turn();
  for (int i = 0; i < 5; ++i) lab.ask();
  lab.turn();
  EXPECT_EQ(lab.handler.ended, 3);
  EXPECT_EQ(lab.goaways, std::vector<std::uint32_t>{NGHTTP2_NO_ERROR});
  EXPECT_EQ(lab.goaway_last_id, 5);
  EXPECT_EQ(lab.answers[5].status(), "200");
  EXPECT_EQ(lab.answers[7].status(), "");
  EXPECT_EQ(lab.answers[7].error, std::uint32_t{NGHTTP2_REFUSED_STREAM});
  EXPECT_TRUE(lab.fin_seen);
  ASSERT_TRUE(lab.end);
  EXPECT_EQ(lab.end->reason, Reason::request_limit);
  EXPECT_EQ(lab.end->how, EndKind::fin);
}

TEST(Http2Limits, TenThousandRequestsAreServed) {
  Http2Lab lab;
  lab.connect();
  for (int i = 0; i < 100; ++i) {
    for (int j = 0; j < 100; ++j) lab.ask();
    EXPECT_FALSE(lab.end);
    lab.turn();
  }
  EXPECT_EQ(lab.handler.ended, 10'000);
  ASSERT_TRUE(lab.end);
  EXPECT_EQ(lab.end->reason, Reason::request_limit);
}

TEST(Http2Limits, PingFlood) {
  Http2Lab lab;
  expect_calmed_down(lab, repeated(frame(6, 0, 0, "12345678"), 1001));
}

TEST(Http2Limits, PingsWithinTheBudgetAreAnswered) {
  Http2Lab lab;
  lab.start();
  lab.write_raw(preface());
  lab.read_raw();
  for (int second = 0; second < 20; ++second) {
    lab.write_raw(repeated(frame(6, 0, 0, "12345678"), 500));
    EXPECT_EQ(lab.read_raw(), repeated(frame(6, 1, 0, "12345678"), 500));
    lab.loop.advance(1s);
  }
  EXPECT_FALSE(lab.end);
}

TEST(Http2Limits, SettingsFlood) {
  Http2Lab lab;
  expect_calmed_down(lab, repeated(frame(4, 0, 0, ""), 200));
}

TEST(Http2Limits, RapidReset) {
  Http2Lab lab;
  std::string flood;
  for (std::uint32_t i = 0; i < 1100; ++i) {
    flood += frame(1, 0x5, 2 * i + 1, get_block()) +
             frame(3, 0, 2 * i + 1, std::string("\0\0\0\x08", 4));
  }
  expect_calmed_down(lab, flood);
  EXPECT_EQ(lab.handler.started, 0) << "cancelled before its turn came";
}

/// Requests for a path without a slash: malformed, each a stream error.
std::string malformed_requests(std::uint32_t from, std::uint32_t count) {
  const std::string block = std::string("\x82\x87\x41\x01") + "a" + std::string("\x44\x01") + "p";
  std::string all;
  for (std::uint32_t i = from; i < from + count; ++i) all += frame(1, 0x5, 2 * i + 1, block);
  return all;
}

TEST(Http2Limits, MalformedRequestFlood) {
  Http2Lab lab;
  expect_calmed_down(lab, malformed_requests(0, 1100));
  EXPECT_EQ(lab.handler.started, 0);
}

TEST(Http2Limits, WhatWaitsForAClientThatDoesNotReadIsBounded) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.body = std::make_unique<TestSource>(10'000'000, 70'000, TestSource::Then::close, true);
    co_return;
  };
  lab.start();
  const std::string large(4, '\x7f');
  const std::string window = std::string("\0\x04", 2) + large;  // INITIAL_WINDOW_SIZE
  lab.write_raw(preface() + frame(4, 0, 0, window) + frame(8, 0, 0, std::string("\x7f\0\0\0", 4)) +
                frame(1, 0x5, 1, get_block()));
  lab.turn();  // the pipe is full now
  std::uint32_t asked = 1;
  while (!lab.end && asked < 100'000) {
    lab.client->try_write(malformed_requests(asked, 500));
    asked += 500;
    lab.turn();
  }
  ASSERT_TRUE(lab.end);
  EXPECT_LT(asked, 6000u);
  EXPECT_EQ(lab.end->reason, Reason::http2_protocol_error);
  EXPECT_EQ(lab.end->how, EndKind::rst);
}

TEST(Http2Limits, HandlersOfCancelledStreamsCount) {
  Http2Lab lab;
  std::vector<std::unique_ptr<WaitSlot>> slots;
  lab.handler.answer = [&](Request&, Response&) -> Task<void> {
    slots.push_back(std::make_unique<WaitSlot>(lab.loop));  // deaf to its client
    co_await notified(*slots.back());
  };
  lab.start();
  lab.write_raw(preface());
  lab.read_raw();
  for (std::uint32_t i = 0; i < 300; ++i) {
    lab.write_raw(frame(1, 0x5, 2 * i + 1, get_block()));
    lab.read_raw();
    lab.write_raw(frame(3, 0, 2 * i + 1, std::string("\0\0\0\x08", 4)));
    lab.read_raw();
  }
  EXPECT_EQ(lab.handler.started, 256);
  for (auto& slot : slots) slot->notify();
  lab.read_raw();
  EXPECT_EQ(lab.handler.ended, 256);
}

TEST(Http2Limits, EmptyDataFlood) {
  Http2Lab lab;
  lab.handler.answer = [&lab](Request& request, Response&) -> Task<void> {
    net::IoStatus last{};
    const std::string text = co_await read_all(*request.body, lab.loop, last);
    EXPECT_EQ(last, net::IoStatus::failed);
  };
  expect_calmed_down(lab, frame(1, 0x4, 1, get_block()) + repeated(frame(0, 0, 1, ""), 1001));
}

TEST(Http2Limits, ContinuationFlood) {
  Http2Lab lab;
  expect_calmed_down(lab, frame(1, 0x1, 1, get_block()) + repeated(frame(9, 0, 1, ""), 20));
  EXPECT_EQ(lab.handler.started, 0);
}

}  // namespace
}  // namespace hoplab::http
