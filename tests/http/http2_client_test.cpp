// The HTTP/2 client: against serve_http2, and against frames written by hand.
#include "http/h2/http2_client.h"

#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

/// The client on one end of a memory pipe. The other end is serve_http2, or the test itself.
class ClientLab {
 public:
  ClientLab() {
    loop.clock().set_stepped(Time(std::chrono::seconds(1'000'000'000)));
    auto pipe = net::make_memory_pipe(loop);
    client = std::make_unique<Http2Client>(std::move(pipe.first), 10s, "https");
    peer = std::move(pipe.second);
    request.method = "GET";
    request.target = "/p?q=1";
    request.authority = "api.test";
  }
  ~ClientLab() {
    peer->reset(Cause{});
    settle();
    EXPECT_EQ(tasks.running(), 0u);
  }

  void settle() {
    while (loop.poll()) {
    }
  }
  void serve() { tasks.spawn(run_server()); }
  void ask() {
    tasks.spawn(run_client());
    settle();
  }
  /// From the test as the server.
  void write(std::string_view bytes) {
    ASSERT_EQ(peer->try_write(bytes).size, bytes.size());
    settle();
  }
  std::string read_body() {
    std::string text;
    tasks.spawn(keep_body(text));
    settle();
    return text;
  }

  Loop loop;
  Journal journal;
  TestPages pages;
  TestHandler handler;
  ServerContext context{journal, testing::kTestHop, pages};
  std::unique_ptr<Http2Client> client;
  std::unique_ptr<net::Stream> peer;
  Request request;
  Response response;
  std::optional<ExchangeFailure> failure;  // once exchange() has ended
  std::optional<net::ServeEnd> end;
  net::IoStatus body_end = net::IoStatus::would_block;
  TaskGroup tasks;

 private:
  Task<void> run_server() {
    end = co_await serve_http2(*peer, handler, context);
    peer->shutdown_write();
  }
  Task<void> run_client() { failure = co_await client->exchange(request, response); }
  Task<void> keep_body(std::string& text) {
    text = co_await read_all(*client->body(), loop, body_end);
  }
};

std::string settings() {
  return frame(NGHTTP2_SETTINGS, 0, 0, "");
}
std::string headers(const std::string& block, bool end_stream = false) {
  return frame(NGHTTP2_HEADERS, end_stream ? 0x5 : 0x4, 1, block);
}
std::string data(const std::string& bytes, bool end_stream) {
  return frame(NGHTTP2_DATA, end_stream ? 1 : 0, 1, bytes);
}
std::string error_code(char code) {
  return std::string(3, '\0') + code;
}
/// A literal field without Huffman coding or indexing.
std::string field(const std::string& name, const std::string& value) {
  return std::string(1, '\0') + static_cast<char>(name.size()) + name +
         static_cast<char>(value.size()) + value;
}
const std::string kOk = "\x88";  // :status 200

TEST(Http2Client, GetsAnAnswer) {
  ClientLab lab;
  Fields seen;
  lab.handler.answer = [&seen](Request& request, Response& response) -> Task<void> {
    seen = {{std::string(request.method), std::string(request.target)},
            {"authority", std::string(request.authority)}};
    for (const Field& one : request.headers.fields()) seen.emplace_back(one.name, one.value);
    response.status = 403;
    response.headers.add("Content-Type", "text/plain");
    response.text = "hello";
    co_return;
  };
  lab.request.headers.add("X-A", "b");
  lab.serve();
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  EXPECT_EQ(seen, (Fields{{"GET", "/p?q=1"}, {"authority", "api.test"}, {"x-a", "b"}}));
  EXPECT_EQ(lab.response.status, 403);
  ASSERT_EQ(lab.response.headers.fields().size(), 1u) << "no pseudo fields, no framing";
  EXPECT_EQ(lab.response.headers.get("Content-Type"), "text/plain");
  EXPECT_EQ(lab.response.content_length, 5u);
  ASSERT_NE(lab.client->body(), nullptr);
  EXPECT_EQ(lab.client->body()->remaining(), 5u);
  EXPECT_EQ(lab.read_body(), "hello");
  EXPECT_EQ(lab.body_end, net::IoStatus::closed);
  EXPECT_EQ(lab.client->body(), nullptr);
  EXPECT_FALSE(lab.end);
  lab.client->close();
  lab.settle();
  ASSERT_TRUE(lab.end);
  EXPECT_EQ(lab.end->reason, Reason::client_closed);
  EXPECT_EQ(lab.end->how, EndKind::fin);
}

TEST(Http2Client, TheFirstHostIsTheAuthority) {
  ClientLab lab;
  std::string authority;
  std::size_t fields = 9;
  lab.handler.answer = [&](Request& request, Response&) -> Task<void> {
    authority = request.authority;
    fields = request.headers.fields().size();
    co_return;
  };
  lab.request.authority = {};
  lab.request.headers.add("Host", "other.test");
  lab.serve();
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  EXPECT_EQ(authority, "other.test");
  EXPECT_EQ(fields, 0u);
  EXPECT_EQ(lab.client->body(), nullptr) << "empty";
}

TEST(Http2Client, LargeBodiesGoBothWaysThroughTheWindows) {
  for (const bool length_known : {true, false}) {
    ClientLab lab;
    constexpr std::size_t kSize = 1'000'000;
    std::size_t received = 0;
    std::string length;
    lab.handler.answer = [&](Request& request, Response& response) -> Task<void> {
      length = request.headers.get("content-length");
      auto last = net::IoStatus::ok;
      const std::string all = co_await read_all(*request.body, lab.loop, last);
      received = all.size();
      response.body =
          std::make_unique<TestSource>(kSize, 50'000, TestSource::Then::close, length_known);
    };
    TestSource upload(kSize, 30'000, TestSource::Then::close, length_known);
    lab.request.method = "POST";
    lab.request.body = &upload;
    lab.serve();
    lab.ask();
    EXPECT_EQ(lab.failure, ExchangeFailure::none);
    EXPECT_EQ(received, kSize);
    EXPECT_EQ(lab.read_body().size(), kSize);
    EXPECT_EQ(lab.body_end, net::IoStatus::closed);
  }
}

TEST(Http2Client, AnEarlyAnswerIsTakenWhileTheUploadStalls) {
  ClientLab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.status = 413;
    response.text = "too large";
    co_return;
  };
  TestSource upload(1000, 1000, TestSource::Then::stall, false);
  lab.request.method = "POST";
  lab.request.body = &upload;
  lab.serve();
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  EXPECT_EQ(lab.response.status, 413);
  EXPECT_EQ(lab.read_body(), "too large");
  lab.client->close();
}

TEST(Http2Client, HeadHasALengthAndNoBody) {
  ClientLab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    response.text = "hello";
    co_return;
  };
  lab.request.method = "HEAD";
  lab.serve();
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  EXPECT_TRUE(lab.response.head_only);
  EXPECT_EQ(lab.response.content_length, 5u);
  EXPECT_EQ(lab.client->body(), nullptr);
}

TEST(Http2Client, InterimAnswersAndTrailersAreDropped) {
  ClientLab lab;
  lab.ask();
  lab.write(settings() + headers(field(":status", "103") + field("link", "x")));
  EXPECT_FALSE(lab.failure);
  lab.write(headers(kOk + field("a", "1")) + data("body", false) +
            headers(field("trailer", "t"), true));
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  EXPECT_EQ(lab.response.status, 200);
  ASSERT_EQ(lab.response.headers.fields().size(), 1u);
  EXPECT_EQ(lab.response.headers.get("a"), "1");
  EXPECT_EQ(lab.read_body(), "body");
  EXPECT_EQ(lab.body_end, net::IoStatus::closed);
}

TEST(Http2Client, APushThatCrossesOurSettingsIsNotTheAnswer) {
  ClientLab lab;
  lab.ask();
  lab.write(settings() + frame(NGHTTP2_PUSH_PROMISE, 0x4, 1, error_code(2) + get_block()) +
            frame(NGHTTP2_HEADERS, 0x4, 2, kOk + field("pushed", "1")) +
            frame(NGHTTP2_DATA, 1, 2, "pushed"));
  EXPECT_FALSE(lab.failure);
  lab.write(headers(kOk + field("a", "1")) + data("body", true));
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  ASSERT_EQ(lab.response.headers.fields().size(), 1u);
  EXPECT_EQ(lab.read_body(), "body");
}

TEST(Http2Client, EndsBeforeAHeadAreToldApart) {
  {
    ClientLab lab;
    lab.ask();
    lab.peer->shutdown_write();
    lab.settle();
    EXPECT_EQ(lab.failure, ExchangeFailure::target_closed);
    EXPECT_EQ(lab.client->refusal(), "");
  }
  {
    ClientLab lab;
    lab.ask();
    lab.write(settings());
    lab.peer->reset(Cause{});
    lab.settle();
    EXPECT_EQ(lab.failure, ExchangeFailure::target_reset);
    EXPECT_EQ(lab.client->refusal(), "");
  }
  {
    ClientLab lab;
    lab.ask();
    lab.write(settings() + frame(NGHTTP2_RST_STREAM, 0, 1, error_code(NGHTTP2_INTERNAL_ERROR)));
    EXPECT_EQ(lab.failure, ExchangeFailure::target_reset);
    EXPECT_EQ(lab.client->refusal(), "RST_STREAM(INTERNAL_ERROR)");
  }
  {
    ClientLab lab;
    lab.ask();
    lab.write(settings() + frame(NGHTTP2_GOAWAY, 0, 0, std::string(4, '\0') + error_code(0)));
    EXPECT_EQ(lab.failure, ExchangeFailure::target_closed);
    EXPECT_EQ(lab.client->refusal(), "GOAWAY(NO_ERROR)");
  }
  {  // a GOAWAY that does not leave the request out: the end decides
    ClientLab lab;
    lab.ask();
    lab.write(settings() +
              frame(NGHTTP2_GOAWAY, 0, 0, error_code(1) + error_code(NGHTTP2_ENHANCE_YOUR_CALM)));
    EXPECT_FALSE(lab.failure);
    lab.peer->shutdown_write();
    lab.settle();
    EXPECT_EQ(lab.failure, ExchangeFailure::target_closed);
    EXPECT_EQ(lab.client->refusal(), "GOAWAY(ENHANCE_YOUR_CALM)");
  }
}

TEST(Http2Client, WhatIsNotHttp2IsMalformed) {
  const std::string bad[] = {
      "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
      data("no settings first", true),
      settings() + headers(field("a", "no status"), true),
      settings() + headers(kOk + field("Upper", "case"), true),
      settings() + headers(kOk + field("a b", "c"), true),
      settings() + headers(kOk + field("connection", "close"), true),
      settings() + headers(field(":status", "101"), true),
      settings() + frame(NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, "") +
          frame(NGHTTP2_PUSH_PROMISE, 0x4, 1, error_code(2) + get_block()),
  };
  for (const std::string& bytes : bad) {
    ClientLab lab;
    lab.ask();
    lab.write(bytes);
    EXPECT_EQ(lab.failure, ExchangeFailure::malformed) << bytes;
  }
}

TEST(Http2Client, AHeadOverTheLimitIsMalformed) {
  ClientLab lab;
  lab.handler.answer = [](Request&, Response& response) -> Task<void> {
    const std::string large(1000, 'x');
    for (int i = 0; i < 40; ++i) response.headers.add("a", response.arena.copy(large));
    co_return;
  };
  lab.serve();
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::malformed);
}

TEST(Http2Client, ABodyCutShortFailsAfterWhatCame) {
  const std::string length = field("content-length", "9");
  const std::string ends[] = {"", frame(NGHTTP2_RST_STREAM, 0, 1, error_code(NGHTTP2_CANCEL)),
                              data("", true)};
  for (const std::string& bytes : ends) {
    ClientLab lab;
    lab.ask();
    lab.write(settings() + headers(kOk + length) + data("part", false) + bytes);
    EXPECT_EQ(lab.failure, ExchangeFailure::none);
    if (bytes.empty()) lab.peer->shutdown_write();
    EXPECT_EQ(lab.read_body(), "part");
    EXPECT_EQ(lab.body_end, net::IoStatus::failed);
    EXPECT_NE(lab.client->body(), nullptr) << "never complete";
  }
}

TEST(Http2Client, SilenceIsATimeoutAndPingsDoNotPutItOff) {
  ClientLab lab;
  lab.ask();
  lab.write(settings());
  lab.loop.advance(9s);
  lab.write(frame(NGHTTP2_PING, 0, 0, "12345678"));
  EXPECT_FALSE(lab.failure);
  lab.loop.advance(1s);
  lab.settle();
  EXPECT_EQ(lab.failure, ExchangeFailure::timeout);
}

TEST(Http2Client, ASlowAnswerIsWaitedForAndAStalledBodyIsCutShort) {
  ClientLab lab;
  lab.ask();
  lab.loop.advance(9s);
  lab.write(settings() + headers(kOk));
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  lab.loop.advance(9s);
  lab.write(data("part", false));
  std::string text = lab.read_body();
  EXPECT_EQ(lab.body_end, net::IoStatus::would_block);
  lab.loop.advance(9s);
  EXPECT_EQ(lab.body_end, net::IoStatus::would_block);
  lab.loop.advance(1s);
  lab.settle();
  EXPECT_EQ(lab.body_end, net::IoStatus::failed);
}

TEST(Http2Client, ARequestBodyThatFailsIsTheClientsDoing) {
  ClientLab lab;
  TestSource upload(1000, 1000, TestSource::Then::fail, false);
  lab.request.method = "POST";
  lab.request.body = &upload;
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::client_gone);
}

TEST(Http2Client, ARequestThatCannotBeSentSaysSo) {
  ClientLab lab;
  const std::string huge(17 * 1024 * 1024, 'x');
  lab.request.headers.add("a", huge);
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::client_gone);
  EXPECT_NE(lab.client->refusal(), "");
}

TEST(Http2Client, ARequestOverTheServersLimitIsAnswered) {
  ClientLab lab;
  const std::string large(20'000, 'x');
  lab.request.headers.add("a", large);
  lab.serve();
  lab.ask();
  EXPECT_EQ(lab.failure, ExchangeFailure::none);
  EXPECT_EQ(lab.response.status, 400);
}

}  // namespace
}  // namespace hoplab::http
