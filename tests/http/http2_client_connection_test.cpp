// Many requests on one HTTP/2 connection: against serve_http2, and against a peer of random frames.
#include "http/h2/http2_client_connection.h"

#include <array>
#include <iostream>
#include <random>

#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

/// A request of the client's and what became of it.
struct Asked {
  Request request;
  Response response;
  std::optional<ExchangeFailure> failure;  // once exchange() has ended
  std::string body;
  std::optional<net::IoStatus> body_end;
};

/// The connection on one end of a memory pipe. The other end is serve_http2, or the test itself.
class ConnectionLab {
 public:
  ConnectionLab() {
    loop.clock().set_stepped(Time(std::chrono::seconds(1'000'000'000)));
    auto pipe = net::make_memory_pipe(loop);
    connection = std::make_shared<Http2ClientConnection>(std::move(pipe.first), 10s, "http",
                                                         "10.0.0.1:80", nullptr);
    peer = std::move(pipe.second);
    tasks.spawn(connection->run());
  }
  ~ConnectionLab() {
    connection->close();
    settle();
    peer->reset(Cause{});
    settle();
    EXPECT_EQ(tasks.running(), 0u);
  }

  void settle() {
    while (loop.poll()) {
    }
  }
  void serve() { tasks.spawn(run_server()); }
  Asked& ask(std::string_view target) {
    Asked& one = begin(target);
    settle();
    return one;
  }
  /// Before anything of it has left.
  Asked& begin(std::string_view target, BodySource* body = nullptr) {
    Asked& one = *asked.emplace_back(std::make_unique<Asked>());
    one.request.method = body ? "POST" : "GET";
    one.request.target = one.request.arena.copy(target);
    one.request.authority = "api.test";
    one.request.body = body;
    tasks.spawn(run(one));
    return one;
  }

  Loop loop;
  Journal journal;
  TestPages pages;
  TestHandler handler;
  ServerContext context{journal, testing::kTestHop, pages};
  std::shared_ptr<Http2ClientConnection> connection;
  std::unique_ptr<net::Stream> peer;
  std::vector<std::unique_ptr<Asked>> asked;
  TaskGroup tasks;

 private:
  Task<void> run_server() {
    co_await serve_http2(*peer, handler, context);
    peer->shutdown_write();
  }
  Task<void> run(Asked& one) {
    one.failure = co_await connection->exchange(one.request, one.response);
    if (!one.response.body) co_return;
    net::IoStatus end = net::IoStatus::would_block;
    one.body = co_await read_all(*one.response.body, loop, end);
    one.body_end = end;
  }
};

TEST(Http2ClientConnections, HaveManyRequestsAtATime) {
  ConnectionLab lab;
  lab.serve();
  for (int i = 0; i < 100; ++i) lab.ask("/" + std::to_string(i));
  for (const auto& one : lab.asked) {
    EXPECT_EQ(one->failure, ExchangeFailure::none);
    EXPECT_EQ(one->response.status, 200);
  }
  EXPECT_EQ(lab.connection->requests(), 0u);
  EXPECT_TRUE(lab.connection->takes_requests());
}

TEST(Http2ClientConnections, EndWhenNobodyAsksForTheIdleTimeout) {
  ConnectionLab lab;
  lab.serve();
  lab.ask("/");
  lab.loop.advance(11s);
  lab.settle();
  EXPECT_FALSE(lab.connection->takes_requests());
  EXPECT_EQ(lab.tasks.running(), 0u);
}

TEST(Http2ClientConnections, OfAPeerThatHasGoneSilentTakeNoMoreRequests) {
  ConnectionLab lab;
  Asked& one = lab.ask("/");
  lab.loop.advance(10s);
  lab.settle();
  EXPECT_EQ(one.failure, ExchangeFailure::timeout);
  EXPECT_FALSE(lab.connection->takes_requests());
}

TEST(Http2ClientConnections, ASilenceInTheMiddleOfAFrameIsATimeout) {
  ConnectionLab lab;
  Asked& one = lab.ask("/");
  lab.peer->try_write(frame(NGHTTP2_SETTINGS, 0, 0, ""));
  lab.peer->try_write(frame(NGHTTP2_HEADERS, 0x4, 1, "\x88"));
  lab.peer->try_write(frame(NGHTTP2_DATA, 0, 1, std::string(1000, 'x')).substr(0, 500));
  lab.settle();
  EXPECT_EQ(one.failure, ExchangeFailure::none);
  EXPECT_FALSE(one.body_end);
  lab.loop.advance(10s);
  lab.settle();
  EXPECT_EQ(one.body_end, net::IoStatus::failed);
  EXPECT_EQ(one.body.size(), 491u);
  EXPECT_EQ(one.response.body->failure(), Reason::target_timeout);
}

TEST(Http2ClientConnections, InterimHeadsWithoutEndAreMalformed) {
  ConnectionLab lab;
  Asked& one = lab.ask("/");
  lab.peer->try_write(frame(NGHTTP2_SETTINGS, 0, 0, ""));
  // ":status: 103" and a field, literal and never indexed, again and again.
  using namespace std::string_literals;
  const std::string head =
      "\x08\x03"s + "103" + "\x00\x01"s + "a" + "\x7f\x91\x02"s + std::string(400, 'b');
  for (int i = 0; i < 1000 && !one.failure; ++i) {
    lab.peer->try_write(frame(NGHTTP2_HEADERS, 0x4, 1, head));
    lab.settle();
  }
  EXPECT_TRUE(one.failure);
  EXPECT_NE(one.failure, ExchangeFailure::none);
}

TEST(Http2ClientConnections, ThatTakeNoMoreEndWithTheirLastAnswer) {
  ConnectionLab lab;
  Asked& one = lab.ask("/");
  lab.connection->close();
  lab.settle();
  EXPECT_EQ(lab.tasks.running(), 2u);  // its own, and the request
  lab.peer->try_write(frame(NGHTTP2_SETTINGS, 0, 0, "") + frame(NGHTTP2_HEADERS, 0x5, 1, "\x88"));
  lab.settle();
  EXPECT_EQ(one.failure, ExchangeFailure::none);
  EXPECT_EQ(lab.tasks.running(), 0u);
}

TEST(Http2ClientConnections, EndWithTheLoopEvenBeforeARequestHasLeft) {
  ConnectionLab lab;
  TestSource body(1000, 1000, TestSource::Then::close, true);
  Asked& one = lab.begin("/", &body);
  lab.loop.shut_down();
  lab.settle();
  EXPECT_EQ(one.failure, ExchangeFailure::timeout);
  EXPECT_EQ(lab.tasks.running(), 0u);
}

TEST(Http2ClientConnections, EndWithAPeerThatAnswersWhatIsOverAgainAndAgain) {
  ConnectionLab lab;
  Asked& one = lab.ask("/");
  lab.peer->try_write(frame(NGHTTP2_SETTINGS, 0, 0, "") + frame(NGHTTP2_HEADERS, 0x5, 1, "\x88"));
  lab.settle();
  EXPECT_EQ(one.failure, ExchangeFailure::none);
  for (int i = 0; i < 2000; ++i) {
    lab.peer->try_write(frame(NGHTTP2_HEADERS, 0x4, 1, "\x88"));
    lab.settle();
  }
  EXPECT_FALSE(lab.connection->takes_requests());
}

/// As long as it has not acknowledged the SETTINGS that forbid it, it may push.
TEST(Http2ClientConnections, EndWithAPeerThatPushesWithoutEnd) {
  ConnectionLab lab;
  Asked& one = lab.ask("/");
  lab.peer->try_write(frame(NGHTTP2_SETTINGS, 0, 0, ""));
  const auto push_until = [&](std::uint32_t end, std::uint32_t id) {
    for (; id < end; id += 2) {
      const std::string promised{0, 0, static_cast<char>(id >> 8), static_cast<char>(id)};
      lab.peer->try_write(frame(NGHTTP2_PUSH_PROMISE, 0x4, 1, promised + "\x82"));
      lab.settle();
    }
  };
  push_until(100, 2);
  EXPECT_FALSE(one.failure);
  EXPECT_TRUE(lab.connection->takes_requests());
  push_until(4000, 100);
  EXPECT_TRUE(one.failure);
  EXPECT_FALSE(lab.connection->takes_requests());
}

/// Frames by chance: what a hostile target may say. Whatever it is, every request ends and nothing
/// is left.
TEST(Http2ClientConnections, SurviveWhatAPeerSaysByChance) {
  const unsigned seed = std::random_device{}();
  std::cout << "seed " << seed << '\n';
  std::mt19937 chance(seed);
  const auto below = [&chance](std::uint32_t most) {
    return static_cast<std::uint32_t>(chance() % most);
  };
  for (int round = 0; round < 2000; ++round) {
    ConnectionLab lab;
    lab.ask("/a");
    lab.ask("/b");
    if (below(4) != 0) lab.peer->try_write(frame(NGHTTP2_SETTINGS, 0, 0, ""));
    for (unsigned i = 0; i < 40; ++i) {
      std::string payload(below(80), '\0');
      for (char& c : payload) c = static_cast<char>(below(256));
      if (below(3) == 0) payload = "\x88";
      const auto kind = static_cast<std::uint8_t>(below(11));
      const auto flags = static_cast<std::uint8_t>(below(4) == 0 ? below(256) : 0x4 | below(2));
      const std::array<std::uint32_t, 4> ids{0, 1, 3, below(9)};
      std::string bytes = frame(kind, flags, ids[below(4)], payload);
      if (below(20) == 0) bytes.resize(below(static_cast<unsigned>(bytes.size())));
      lab.peer->try_write(bytes);
      lab.settle();
      if (below(10) == 0) lab.ask("/c");
      Asked& some = *lab.asked[below(static_cast<unsigned>(lab.asked.size()))];
      if (some.body_end && below(4) == 0) some.response.body.reset();
      if (below(30) == 0) lab.loop.advance(11s);
    }
    lab.peer->reset(Cause{});
    lab.settle();
    for (const auto& one : lab.asked) EXPECT_TRUE(one->failure) << "round " << round;
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace hoplab::http
