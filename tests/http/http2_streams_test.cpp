// Exchanges over HTTP/2 of which both directions move at once, interim answers, trailer fields, and
// requests that stop (RFC 9113 8.1; alb.md 8).
#include <gmock/gmock.h>

#include "http/http2_lab.h"

namespace hoplab::http {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Pair;

/// Gives back what it is pushed, as a target that answers while it reads does.
class EchoBody final : public ResponseBody {
 public:
  explicit EchoBody(Request& request) : request_(request) {}

  bool push_request() override {
    std::vector<char> buffer(10'000);
    while (!over_) {
      const auto result = request_.body->try_read(buffer);
      held_.append(buffer.data(), result.size);
      if (result.would_block()) return false;
      over_ = result.ended();
      cut_ = result.status == net::IoStatus::failed;
    }
    if (reader_) std::exchange(reader_, nullptr)->notify();
    return true;
  }
  void watch_request(WaitSlot* slot) override { request_.body->watch(slot); }
  net::IoResult try_read(std::span<char> into) override {
    if (!over_) push_request();
    const std::size_t count = held_.copy(into.data(), into.size());
    held_.erase(0, count);
    if (count) return {net::IoStatus::ok, count};
    if (cut_) return {};  // its target waits for ever
    return {over_ ? net::IoStatus::closed : net::IoStatus::would_block, 0};
  }
  void watch(WaitSlot* slot) override {
    reader_ = slot;
    if (slot && (!held_.empty() || (over_ && !cut_))) std::exchange(reader_, nullptr)->notify();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return std::nullopt; }
  [[nodiscard]] const Headers* trailers() const override { return request_.body->trailers(); }
  [[nodiscard]] std::string target() const override { return "127.0.0.1:8080"; }

 private:
  Request& request_;
  std::string held_;
  WaitSlot* reader_ = nullptr;
  bool over_ = false, cut_ = false;
};

HandlerFunction echo() {
  return [](Request& request, Response& response) -> Task<void> {
    response.body = std::make_unique<EchoBody>(request);
    co_return;
  };
}

TEST(Http2Streams, AnEchoOfAnySizeComesBack) {
  Http2Lab lab;
  lab.handler.answer = echo();
  lab.connect();
  std::string sent(20'000'000, 'e');
  const auto id = lab.ask({}, &sent, "POST");
  lab.turn();
  EXPECT_TRUE(lab.answers[id].body == sent);
  EXPECT_TRUE(lab.answers[id].closed);
  EXPECT_EQ(lab.answers[id].error, 0u);
}

TEST(Http2Streams, PingPongInOneExchangeOutlivesTheIdleTimeout) {
  Http2Lab lab;
  lab.handler.answer = echo();
  lab.connect();
  const std::string first = "one ";
  lab.answers[1].stops = true;
  const auto id = lab.ask({}, &first, "POST");
  lab.turn();
  for (int i = 0; i < 5; ++i) {
    lab.advance(45s);
    lab.send_more(id, "two ");
  }
  lab.send_more(id, "end", true);
  EXPECT_EQ(lab.answers[id].body, "one two two two two two end");
  EXPECT_TRUE(lab.answers[id].closed);
}

TEST(Http2Streams, TheRestOfAnUploadFollowsAnAnswerThatIsComplete) {
  Http2Lab lab;
  std::string got;
  class Early final : public ResponseBody {
   public:
    Early(Request& request, std::string& into) : request_(request), into_(into) {}
    bool push_request() override {
      std::vector<char> buffer(10'000);
      for (;;) {
        const auto result = request_.body->try_read(buffer);
        into_.append(buffer.data(), result.size);
        if (!result.ok()) return result.ended();
      }
    }
    void watch_request(WaitSlot* slot) override { request_.body->watch(slot); }
    net::IoResult try_read(std::span<char>) override { return {net::IoStatus::closed, 0}; }
    void watch(WaitSlot* slot) override {
      if (slot) slot->notify();
    }
    [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return 0; }

   private:
    Request& request_;
    std::string& into_;
  };
  lab.handler.answer = [&got](Request& request, Response& response) -> Task<void> {
    response.body = std::make_unique<Early>(request, got);
    co_return;
  };
  lab.connect();
  const std::string sent(1'000'000, 'u');
  const auto id = lab.ask({}, &sent, "POST");
  lab.turn();
  EXPECT_EQ(lab.answers[id].status(), "200");
  EXPECT_EQ(got.size(), sent.size());
  EXPECT_TRUE(got == sent);
  EXPECT_EQ(lab.answers[id].error, 0u);
}

TEST(Http2Streams, AStalledUploadIs408AndTheOthersGoOn) {
  Http2Lab lab;
  lab.handler.answer = [&lab](Request& request, Response& response) -> Task<void> {
    if (request.target != "/upload") co_return;
    net::IoStatus last{};
    const std::string text = co_await read_all(*request.body, lab.loop, last);
    response.status = 0;  // the request broke off
    EXPECT_EQ(last, net::IoStatus::failed);
  };
  lab.connect();
  const std::string half = "half";
  lab.answers[1].stops = true;
  const auto id = lab.ask({}, &half, "POST", "/upload");
  lab.turn();
  lab.advance(30s);
  lab.ask();
  lab.turn();
  lab.advance(29s);
  EXPECT_FALSE(lab.answers[id].closed);
  const auto other = lab.ask();
  lab.turn();
  lab.advance(1s);
  EXPECT_EQ(lab.answers[id].status(), "408");
  EXPECT_EQ(lab.answers[other].status(), "200");
  EXPECT_TRUE(lab.goaways.empty());
  ASSERT_EQ(lab.journal.failures.size(), 1u);
  EXPECT_EQ(lab.journal.failures[0].reason, Reason::request_timeout);
}

TEST(Http2Streams, AnUploadThatStallsUnderItsAnswerIsReset) {
  Http2Lab lab;
  lab.handler.answer = echo();
  lab.connect();
  const std::string half = "half";
  lab.answers[1].stops = true;
  const auto id = lab.ask({}, &half, "POST");
  lab.turn();
  EXPECT_EQ(lab.answers[id].body, "half");
  lab.advance(59s);
  EXPECT_FALSE(lab.answers[id].closed);
  lab.advance(1s);
  EXPECT_TRUE(lab.answers[id].closed);
  EXPECT_EQ(lab.answers[id].error, NGHTTP2_CANCEL);
  ASSERT_EQ(lab.journal.failures.size(), 1u);
  EXPECT_EQ(lab.journal.failures[0].reason, Reason::request_timeout);
  EXPECT_EQ(lab.journal.failures[0].target, "127.0.0.1:8080");
}

TEST(Http2Streams, TrailerFieldsPassBothWays) {
  Http2Lab lab;
  lab.handler.answer = echo();
  lab.connect();
  const std::string body = "body";
  lab.answers[1].trailers = {{"x-sum", "1"}, {"grpc-status", "0"}};
  const auto id = lab.ask({}, &body, "POST");
  lab.turn();
  EXPECT_EQ(lab.answers[id].body, "body");
  EXPECT_THAT(lab.answers[id].fields, Contains(Pair("x-sum", "1")));
  EXPECT_THAT(lab.answers[id].fields, Contains(Pair("grpc-status", "0")));
  EXPECT_TRUE(lab.answers[id].closed);
  EXPECT_EQ(lab.answers[id].error, 0u);
}

TEST(Http2Streams, InterimAnswersComeBeforeTheAnswer) {
  Http2Lab lab;
  WaitSlot held(lab.loop);
  lab.handler.answer = [&held](Request&, Response& response) -> Task<void> {
    Headers hints;
    hints.add("Link", "</a.css>; rel=preload");
    hints.add("Connection", "close");
    response.interim->interim(103, "Early Hints", hints);
    co_await notified(held);
  };
  lab.connect();
  const auto id = lab.ask();
  lab.turn();
  EXPECT_THAT(lab.answers[id].fields,
              ElementsAre(Pair(":status", "103"), Pair("link", "</a.css>; rel=preload")));
  held.notify();
  lab.turn();
  EXPECT_THAT(lab.answers[id].fields, Contains(Pair(":status", "200")));
}

TEST(Http2Streams, AnEmptyPostSaysSo) {
  Http2Lab lab;
  std::vector<bool> says_empty;
  lab.handler.answer = [&says_empty](Request& request, Response&) -> Task<void> {
    EXPECT_EQ(request.body, nullptr);
    says_empty.push_back(request.says_empty);
    co_return;
  };
  lab.connect();
  lab.ask({{"content-length", "0"}}, nullptr, "POST");
  lab.ask({}, nullptr, "POST");
  lab.ask({}, nullptr, "GET");
  lab.turn();
  EXPECT_THAT(says_empty, ElementsAre(true, true, false));
}

}  // namespace
}  // namespace hoplab::http
