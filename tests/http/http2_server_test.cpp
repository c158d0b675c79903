// HTTP/2 serving: requests in, answers out.
#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

TEST(Http2Server, AnswersAGet) {
  Http2Lab lab;
  std::string seen;
  lab.handler.answer = [&seen](Request& request, Response& response) -> Task<void> {
    seen = std::string(request.method) + " " + std::string(request.authority) + " " +
           std::string(request.target) + " " + std::string(request.headers.get("x-a"));
    EXPECT_EQ(request.version, Version::http2);
    EXPECT_EQ(request.body, nullptr);
    EXPECT_EQ(request.headers.fields().size(), 1u) << "no pseudo fields, no Host";
    response.headers.add("Content-Type", "text/plain");
    response.text = "hello";
    co_return;
  };
  lab.connect();
  const auto id = lab.ask({{"x-a", "b"}}, nullptr, "GET", "/p?q=1");
  lab.turn();
  EXPECT_EQ(seen, "GET api.test /p?q=1 b");
  const Answer& answer = lab.answers[id];
  const Fields expected{
      {":status", "200"}, {"content-type", "text/plain"}, {"content-length", "5"}};
  EXPECT_EQ(answer.fields, expected);
  EXPECT_EQ(answer.body, "hello");
  EXPECT_TRUE(answer.closed);
  EXPECT_EQ(answer.error, 0u);
  EXPECT_EQ(lab.journal.requests, 1u);
  EXPECT_EQ(lab.journal.last_status, 200);
  EXPECT_EQ(lab.journal.stage, Stage::idle);
  EXPECT_FALSE(lab.end);
}

TEST(Http2Server, AdvertisesTheLimitOfConcurrentStreams) {
  Http2Lab lab;
  lab.connect();
  lab.turn();
  EXPECT_EQ(lab.settings[NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS], 128u);
}

TEST(Http2Server, AHundredStreamsAtOnceAreAnsweredInFewWrites) {
  Http2Lab lab;
  lab.handler.answer = [](Request& request, Response& response) -> Task<void> {
    response.text = response.arena.copy(request.target);
    co_return;
  };
  lab.connect();
  lab.turn();
  lab.reads_by_client = 0;
  std::vector<std::int32_t> ids;
  for (int i = 0; i < 100; ++i) ids.push_back(lab.ask({}, nullptr, "GET", "/" + std::to_string(i)));
  lab.turn();
  for (std::size_t i = 0; i < ids.size(); ++i) {
    EXPECT_EQ(lab.answers[ids[i]].body, "/" + std::to_string(i));
  }
  EXPECT_EQ(lab.reads_by_client, 1);
}

TEST(Http2Server, OneStreamMayOvertakeAnother) {
  Http2Lab lab;
  WaitSlot held(lab.loop);
  lab.handler.answer = [&held](Request& request, Response& response) -> Task<void> {
    if (request.target == "/slow") co_await notified(held);
    response.text = response.arena.copy(request.target);
  };
  lab.connect();
  const auto slow = lab.ask({}, nullptr, "GET", "/slow");
  const auto fast = lab.ask({}, nullptr, "GET", "/fast");
  lab.turn();
  EXPECT_TRUE(lab.answers[fast].closed);
  EXPECT_FALSE(lab.answers[slow].closed);
  held.notify();
  lab.turn();
  EXPECT_EQ(lab.answers[slow].body, "/slow");
}

TEST(Http2Server, HeadGetsTheLengthButNoBody) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.text = "hello";
    co_return;
  };
  lab.connect();
  const auto id = lab.ask({}, nullptr, "HEAD");
  lab.turn();
  EXPECT_EQ(lab.answers[id].field("content-length"), "5");
  EXPECT_EQ(lab.answers[id].body, "");
  EXPECT_TRUE(lab.answers[id].closed);
}

TEST(Http2Server, NoContentHasNoLength) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.status = 204;
    co_return;
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[id].fields, (Fields{{":status", "204"}}));
}

TEST(Http2Server, NamesLeaveInLowercaseAndConnectionFieldsDoNotLeave) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    for (const auto name : {"Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding",
                            "Upgrade", "TE", "Content-Length"}) {
      response.headers.add(name, "77");
    }
    response.headers.add("X-Amzn-RequestId", "Abc");
    co_return;
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[id].fields,
            (Fields{{":status", "200"}, {"x-amzn-requestid", "Abc"}, {"content-length", "0"}}));
}

TEST(Http2Server, CookieCrumbsBecomeOneField) {
  Http2Lab lab;
  std::vector<std::pair<std::string, std::string>> seen;
  lab.handler.answer = [&seen](Request& request, Response&) -> Task<void> {
    for (const Field& field : request.headers.fields()) seen.emplace_back(field.name, field.value);
    co_return;
  };
  lab.connect();
  lab.ask({{"a", "1"}, {"cookie", "x=1"}, {"b", "2"}, {"cookie", "y=2"}, {"cookie", "z=3"}});
  lab.turn();
  EXPECT_EQ(seen, (Fields{{"a", "1"}, {"cookie", "x=1; y=2; z=3"}, {"b", "2"}}));
}

TEST(Http2Server, ExpectContinueIsNeitherAnsweredNorForwarded) {
  Http2Lab lab;
  bool had_expect = true;
  lab.handler.answer = [&had_expect](Request& request, Response&) -> Task<void> {
    had_expect = request.headers.find("expect") != nullptr;
    co_return;
  };
  lab.connect();
  const auto id = lab.ask({{"expect", "100-continue"}});
  lab.turn();
  EXPECT_FALSE(had_expect);
  EXPECT_EQ(lab.answers[id].fields.front(),
            (std::pair<std::string, std::string>{":status", "200"}));
}

TEST(Http2Server, HostStandsInForAMissingAuthority) {
  Http2Lab lab;
  std::string authority;
  lab.handler.answer = [&authority](Request& request, Response&) -> Task<void> {
    authority = request.authority;
    co_return;
  };
  lab.start();
  // :method GET, :scheme https, :path /, host: a (literal, name 38 of the static table)
  const std::string block = std::string("\x82\x87\x84\x66\x01") + "a";
  lab.write_raw(preface() + frame(1, 0x5, 1, block));
  lab.read_raw();
  EXPECT_EQ(authority, "a");
}

TEST(Http2Server, AHostThatContradictsTheAuthorityIsRefused) {
  Http2Lab lab;
  lab.connect();
  const auto id = lab.ask({{"host", "other.test"}});
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "400");
  EXPECT_EQ(lab.answers[id].body, "error page");
  EXPECT_EQ(lab.handler.started, 0);
}

TEST(Http2Server, AMalformedRequestIsReset) {
  Http2Lab lab;
  lab.connect();
  const auto upper = lab.ask({{"connection", "close"}});
  const auto name = lab.ask({{"a b", "1"}});
  const auto fine = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[upper].error, std::uint32_t{NGHTTP2_PROTOCOL_ERROR});
  EXPECT_EQ(lab.answers[name].error, std::uint32_t{NGHTTP2_PROTOCOL_ERROR});
  EXPECT_EQ(lab.answers[fine].status(), "200");
  EXPECT_EQ(lab.handler.started, 1);
}

TEST(Http2Server, AStatusThatIsNotFinalIsAnInternalError) {
  Http2Lab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.status = 101;
    co_return;
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  EXPECT_EQ(lab.answers[id].error, std::uint32_t{NGHTTP2_INTERNAL_ERROR});
}

}  // namespace
}  // namespace hoplab::http
