// HTTP/1.1 over an in-process leg: however its bytes are cut, nobody sees it. Random lives of a
// connection, under faults and timeouts, are led with whole reads and writes and with cut ones.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/rng.h"
#include "http/h1/http1_client.h"
#include "http/h1/http1_writer.h"
#include "http/server.h"
#include "net/hop_stream.h"
#include "support/io.h"

namespace hoplab::http {
namespace {

using namespace std::chrono_literals;

template <std::size_t Size>
std::string_view one_of(Rng& rng, const std::array<std::string_view, Size>& choices) {
  return choices[rng.below(Size)];
}

constexpr std::array<std::string_view, 16> kNames = {
    "Accept", "x-api-key", "X-Amzn-Trace-Id", "Content-Type",      "Connection",
    "Expect", "TE",        "Upgrade",         "Transfer-Encoding", "Content-Length",
    "Cookie", "Host",      "Content-Lengti",  "Transfer_Encoding", "not a token",
    ""};
constexpr std::array<std::string_view, 14> kValues = {"a",
                                                      "",
                                                      "two words",
                                                      "tab\tin it",
                                                      " leading",
                                                      "trailing ",
                                                      "5",
                                                      "chunk",
                                                      "\xc3\xbc",
                                                      "100-continue",
                                                      "nul\0"
                                                      "x",
                                                      "line\nend",
                                                      "close",
                                                      "\x7f"};

/// Mostly ordinary fields, and any kind of other.
void draw_fields(Rng& rng, Arena& arena, Headers& headers) {
  const std::uint64_t count = rng.below(8);
  const std::uint64_t oddness = rng.below(3);
  for (std::uint64_t i = 0; i < count; ++i) {
    const bool odd = rng.below(8) < oddness;
    const auto name = odd ? one_of(rng, kNames) : arena.join("x-", std::to_string(rng.below(99)));
    std::string value(odd ? one_of(rng, kValues) : "value");
    if (rng.below(100) == 0) value.assign(rng.below(40'000), 'v');
    headers.add(name, arena.copy(value));
  }
}

void draw(Rng& rng, Request& request) {
  constexpr std::array<std::string_view, 8> kMethods = {"GET",  "GET",     "POST",     "DELETE",
                                                        "HEAD", "CONNECT", "BAD VERB", ""};
  constexpr std::array<std::string_view, 9> kTargets = {
      "/", "/widgets", "/a/b?c=d&e", "/%7euser", "/ space", "*", "http://x/", "/\x01", ""};
  request.method = rng.below(4) ? "GET" : one_of(rng, kMethods);
  request.target = rng.below(4) ? "/widgets?id=1" : one_of(rng, kTargets);
  if (rng.below(200) == 0) {
    request.target = request.arena.copy("/" + std::string(rng.below(20'000), 't'));
  }
  if (rng.below(8)) request.headers.add("Host", rng.below(8) ? "api.example.com" : "b@d host");
  draw_fields(rng, request.arena, request.headers);
  request.says_empty = rng.below(16) == 0;
}

void draw(Rng& rng, Response& answer) {
  constexpr std::array<int, 8> kStatus = {200, 201, 204, 304, 403, 503, 299, 999};
  answer.status = rng.below(3) ? 200 : kStatus[rng.below(kStatus.size())];
  if (rng.below(8) == 0) answer.reason = rng.below(3) ? "Because" : "Bad\rreason";
  draw_fields(rng, answer.arena, answer.headers);
  const std::uint64_t size = rng.below(16) ? rng.below(300) : rng.below(40'000);
  answer.text = answer.arena.copy(std::string(size, 'b'));
}

std::string text_of(const Headers& headers) {
  std::string text;
  for (const auto& [name, value] : headers.fields())
    text.append(name).append("=").append(value) += '|';
  return text;
}

/// All that a client, a server and those who keep records see of some exchanges.
struct Seen {
  std::string requests;  // by the server's handler
  std::string answers;   // by the client
  std::string records;   // by the server's observer
  std::string journal;
};

constexpr std::uint32_t kWhole = 0;

/// A stream that reads and takes a random part of what it could, at most `most` bytes.
class CutLeg final : public net::Stream {
 public:
  CutLeg(std::unique_ptr<net::Stream> inner, std::uint32_t most, std::uint64_t seed)
      : inner_(std::move(inner)), most_(most), rng_(seed) {}
  net::IoResult try_read(std::span<char> into) override {
    return inner_->try_read(into.first(part_of(into.size())));
  }
  net::IoResult try_write(std::string_view data) override {
    return inner_->try_write(data.substr(0, part_of(data.size())));
  }
  void shutdown_write() override { inner_->shutdown_write(); }
  void reset(const Cause& cause) override { inner_->reset(cause); }
  void watch_read(WaitSlot* slot) override { inner_->watch_read(slot); }
  void watch_write(WaitSlot* slot) override { inner_->watch_write(slot); }
  Loop& loop() noexcept override { return inner_->loop(); }

 private:
  std::size_t part_of(std::size_t size) {
    return most_ == kWhole ? size : std::min<std::size_t>(size, 1 + rng_.below(most_));
  }

  std::unique_ptr<net::Stream> inner_;
  const std::uint32_t most_;
  Rng rng_;
};

class RefusalPages final : public ErrorPages {
 public:
  void fill(int status, Response& response) const override {
    response.status = status;
    response.text = "refused";
    response.close = true;
  }
};

class ServedLines final : public RequestObserver {
 public:
  explicit ServedLines(std::string& into) : into_(into) {}
  void request_over(const Request& request, const Response& response,
                    const ServedRequest& served) override {
    into_ += std::string(request.target) + " " + std::to_string(response.status) + " " +
             std::to_string(served.status) + " " +
             // A head is refused as soon as it can be: what had come by then is chance.
             std::to_string(served.why ? 0 : served.bytes_received) + "/" +
             std::to_string(served.bytes_sent) +
             (served.why ? std::string(hoplab::to_text(*served.why)) : "") + "\n";
  }

 private:
  std::string& into_;
};

class InterimLines final : public InterimSink {
 public:
  explicit InterimLines(std::string& into) : into_(into) {}
  void interim(int status, std::string_view, const Headers& headers) override {
    into_ += "interim " + std::to_string(status) + text_of(headers) + "\n";
  }

 private:
  std::string& into_;
};

/// Answers at once or after a while, with what the seed draws.
class Drawn final : public Handler {
 public:
  Drawn(Loop& loop, std::uint64_t seed, std::string& seen) : loop_(loop), rng_(seed), seen_(seen) {}
  Task<void> handle(Request& request, Response& response) override {
    seen_ += std::string(request.method) + " " + std::string(request.target) + " " +
             std::string(request.authority) + " " + text_of(request.headers) +
             std::string(request.classification) + std::string(request.classification_reason) +
             (request.says_empty ? " empty" : "") + (request.close_after ? " close" : "") +
             std::to_string(request.received_at.time_since_epoch().count()) + "\n";
    if (rng_.below(3) == 0) {
      WaitSlot slot(loop_);
      Timer timer(loop_, [&slot] { slot.notify(); });
      timer.after(std::chrono::seconds(rng_.below(90)));
      co_await slot;
    }
    if (rng_.below(16) == 0 && response.interim) response.interim->interim(103, {}, {});
    draw(rng_, response);
    response.close = rng_.below(32) == 0;
  }

 private:
  Loop& loop_;
  Rng rng_;
  std::string& seen_;
};

std::string text_of(const Journal& journal) {
  std::string text = std::to_string(journal.requests) + " " + std::to_string(journal.last_status) +
                     " " + std::string(hoplab::to_text(journal.stage)) + " " +
                     std::to_string(journal.failed_requests) + " ";
  for (const Time at : journal.stage_times.first) {
    text += std::to_string(at.time_since_epoch().count()) + ",";
  }
  text += std::to_string(journal.stage_times.last_request.time_since_epoch().count()) + "/" +
          std::to_string(journal.stage_times.last_idle.time_since_epoch().count());
  for (const auto& failure : journal.failures) {
    text += " " + std::string(hoplab::to_text(failure.reason)) + std::to_string(failure.status);
  }
  if (journal.cause) {
    text += " " + std::string(hoplab::to_text(journal.cause->reason)) + " " +
            std::string(hoplab::to_text(journal.cause->how)) + " " +
            std::string(hoplab::to_text(journal.cause->toward));
  }
  return text;
}

/// One connection of random requests, answers, waits and faults, drawn by `seed`.
class Life {
 public:
  /// `most`: bytes that go at once; kWhole: as many as can.
  Life(std::uint64_t seed, std::uint32_t most) : rng_(seed), most_(most), seed_(seed) {}

  Seen lead() {
    auto [near, far] = net::make_memory_pipe(loop_);
    auto journal = std::make_shared<Journal>();
    journal->id = 1;
    journal->loop = &loop_;
    net::Connection connection;
    connection.journal = journal;
    connection.stream = std::make_unique<net::HopStream>(
        std::make_unique<CutLeg>(std::move(far), most_, seed_), hop_, gate_, journal);
    TaskGroup tasks;
    tasks.spawn(serve(std::move(connection)));
    client_ = std::make_unique<Http1Client>(
        std::make_unique<CutLeg>(std::move(near), most_, seed_ + 1), 60s);
    for (int turn = 0; turn < 12; ++turn) {
      exchange();
      if (!client_->reusable()) break;
      loop_.advance(std::chrono::seconds(rng_.below(20)));
      if (rng_.below(8) == 0) change_faults();
    }
    // Who leaves with bytes unread resets, and how many the last read took along is chance.
    for (std::array<char, 4096> rest; client_->stream().try_read(rest).ok();) loop_.settle();
    client_.reset();
    loop_.settle();
    gate_.stop(hop_);
    loop_.advance(1000s);
    seen_.journal = text_of(*journal);
    EXPECT_EQ(tasks.running(), 0U);
    return std::move(seen_);
  }

 private:
  Task<void> serve(net::Connection connection) {
    RefusalPages pages;
    ServedLines observer(seen_.records);
    Drawn handler(loop_, seed_, seen_.requests);
    ServerContext context(*connection.journal, hop_, pages);
    context.observer = &observer;
    context.desync = DesyncMode::monitor;
    context.idle_timeout = 100s;
    const net::ServeEnd end = co_await serve_http1(*connection.stream, handler, context);
    co_await net::finish_connection(connection, hop_, end);
  }

  /// While it waits, time goes on and faults come and go.
  void exchange() {
    Request request;
    Response answer;
    draw(rng_, request);
    FieldList received;
    if (rng_.below(16) == 0) answer.as_received = &received;
    InterimLines interim(seen_.answers);
    answer.interim = &interim;
    std::optional<ExchangeFailure> failure;
    std::string body;
    TaskGroup task;
    const auto begin = std::chrono::seconds(rng_.below(8) ? 0 : 90 + rng_.below(12));
    task.spawn(exchange_in(begin, request, answer, body, failure));
    if (begin > 0s) loop_.advance(begin);
    loop_.settle();
    for (int i = 0; !failure && i < 40; ++i) {
      if (rng_.below(6) == 0) change_faults();
      loop_.advance(std::chrono::seconds(rng_.below(30)));
    }
    if (!failure) {
      client_->stream().reset(testing::kTestCause);
      loop_.settle();
    }
    ASSERT_TRUE(failure);
    seen_.answers += std::to_string(static_cast<int>(*failure)) + " ";
    if (*failure == ExchangeFailure::none) {
      seen_.answers += std::to_string(answer.status) + " " + std::string(answer.reason) + " " +
                       text_of(answer.headers) +
                       std::to_string(answer.content_length.value_or(77)) +
                       (answer.head_only ? " head " : " ") + std::to_string(body.size()) +
                       std::to_string(received.size());
    }
    const auto last = client_->last_activity().time_since_epoch().count();
    seen_.answers += client_->reusable() ? " kept " + std::to_string(last) + "\n" : " over\n";
  }

  Task<void> exchange_in(Duration wait, Request& request, Response& answer, std::string& body,
                         std::optional<ExchangeFailure>& failure) {
    if (wait > Duration::zero()) {
      WaitSlot slot(loop_);
      Timer timer(loop_, [&slot] { slot.notify(); });
      timer.after(wait);
      co_await slot;
    }
    const ExchangeFailure failed = co_await client_->exchange(request, answer);
    body = answer.text;
    WaitSlot more(loop_);
    for (std::array<char, 4096> piece; client_->body();) {
      const auto read = client_->body()->try_read(piece);
      body.append(piece.data(), read.size);
      if (read.ended()) break;
      if (!read.would_block()) continue;
      client_->body()->watch(&more);
      co_await more;
    }
    failure = failed;
  }

  void change_faults() {
    if (armed_) {
      gate_.disarm(*std::exchange(armed_, std::nullopt));
    } else {
      constexpr std::array kActions = {net::FaultAction::hold, net::FaultAction::latency,
                                       net::FaultAction::reset, net::FaultAction::hold};
      net::Fault fault;
      fault.action = kActions[rng_.below(kActions.size())];
      fault.direction = static_cast<net::Direction>(rng_.below(3));
      fault.delay = 5s;
      if (rng_.below(2)) fault.stage = Stage::request_headers;
      if (rng_.below(2)) fault.after_bytes = rng_.below(300);
      armed_ = gate_.arm(std::move(fault));
    }
    if (rng_.below(2)) loop_.settle();
  }

  testing::TestLoop loop_;
  const Hop hop_{"vpc-endpoint", "execute-api"};
  net::FaultGate gate_{loop_};
  Rng rng_;
  const std::uint32_t most_;
  const std::uint64_t seed_;
  std::optional<net::FaultId> armed_;
  std::unique_ptr<Http1Client> client_;
  Seen seen_;
};

TEST(InProcessLeg, HoweverItsBytesAreCutNobodySeesIt) {
  constexpr std::array<std::uint32_t, 4> kMost = {1, 9, 300, 5'000};
  for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
    const Seen whole = Life(seed, kWhole).lead();
    const Seen cut = Life(seed, kMost[seed % kMost.size()]).lead();
    ASSERT_EQ(whole.requests, cut.requests) << seed;
    ASSERT_EQ(whole.answers, cut.answers) << seed;
    ASSERT_EQ(whole.records, cut.records) << seed;
    ASSERT_EQ(whole.journal, cut.journal) << seed;
  }
}

}  // namespace
}  // namespace hoplab::http
