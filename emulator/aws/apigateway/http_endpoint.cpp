#include "aws/apigateway/http_endpoint.h"

#include <algorithm>
#include <array>

#include "aws/stub/prepared_answer.h"

namespace hoplab::aws {

namespace {

/// Without a byte, of a streamed answer (apigateway-features.md 6.4).
constexpr Duration kStreamIdle = 5min;
constexpr Duration kStreamMost = 15min;
constexpr std::uint64_t kFreeBytes = 10ULL * 1024 * 1024;
constexpr std::uint64_t kBytesPerSecond = 2ULL * 1024 * 1024;

class StreamedBody final : public http::ResponseBody {
 public:
  StreamedBody(Loop& loop, std::shared_ptr<HttpExchange> exchange)
      : loop_(loop),
        exchange_(std::move(exchange)),
        inner_(*exchange_->response.body),
        until_(loop.now() + kStreamMost),
        wake_(loop, [this] { notify(); }) {}

  net::IoResult try_read(std::span<char> into) override {
    const Time now = loop_.now();
    if (now >= until_) return {net::IoStatus::failed, 0};
    const std::uint64_t allowed = allowance(now);
    if (allowed == 0) return {net::IoStatus::would_block, 0};
    const auto most = std::min<std::uint64_t>(into.size(), allowed);
    const net::IoResult result = inner_.try_read(into.first(static_cast<std::size_t>(most)));
    read_ += result.size;
    if (read_ > kFreeBytes && !paced_since_) paced_since_ = now;
    return result;
  }
  void watch(WaitSlot* slot) override {
    slot_ = slot;
    if (!slot) {
      wake_.cancel();
      return inner_.watch(nullptr);
    }
    const Time now = loop_.now();
    if (allowance(now) == 0) return wake_.after(std::min<Duration>(kPace, until_ - now));
    wake_.after(until_ - now);
    inner_.watch(slot);
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    return inner_.remaining();
  }
  bool push_request() override { return inner_.push_request(); }
  void watch_request(WaitSlot* slot) override { inner_.watch_request(slot); }
  [[nodiscard]] Reason failure() const override {
    return loop_.now() >= until_ ? Reason::target_timeout : inner_.failure();
  }
  [[nodiscard]] std::string target() const override { return inner_.target(); }

 private:
  static constexpr Duration kPace = 50ms;  // how long it waits for some more

  /// How many bytes may pass now.
  [[nodiscard]] std::uint64_t allowance(Time now) const {
    if (!paced_since_) return kFreeBytes + 1 - std::min(read_, kFreeBytes);
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - *paced_since_).count();
    const auto sum =
        kFreeBytes + kBytesPerSecond *
                         static_cast<std::uint64_t>(std::max<std::int64_t>(milliseconds, 0)) / 1000;
    return sum > read_ ? sum - read_ : 0;
  }
  void notify() {
    if (slot_) slot_->notify();
  }

  Loop& loop_;
  std::shared_ptr<HttpExchange> exchange_;
  http::ResponseBody& inner_;
  Time until_;
  std::uint64_t read_ = 0;
  std::optional<Time> paced_since_;
  WaitSlot* slot_ = nullptr;
  Timer wake_;
};

}  // namespace

std::unique_ptr<http::ResponseBody> streamed_body(Loop& loop,
                                                  std::shared_ptr<HttpExchange> exchange) {
  return std::make_unique<StreamedBody>(loop, std::move(exchange));
}

Task<void> HttpEndpoint::run(std::shared_ptr<HttpExchange> exchange) {
  const auto self = shared_from_this();
  http::Request& request = exchange->request;
  if (exchange->body.empty()) {
    request.says_empty = request.method != "GET" && request.method != "HEAD";
  } else {
    request.body = &exchange->source.emplace(exchange->body);
  }
  exchange->response.as_received = &exchange->fields;
  const BackendLimits limits{exchange->timeout,
                             exchange->streams ? kStreamIdle : exchange->timeout};
  exchange->outcome = co_await backend_->exchange(request, exchange->response, limits,
                                                  {exchange->journal, {}, &exchange->detail});
  if (!exchange->outcome.failure && !exchange->streams) co_await read_answer(*exchange);
  exchange->finish();
}

Task<void> HttpEndpoint::read_answer(HttpExchange& exchange) {
  http::Response& response = exchange.response;
  exchange.answer = response.text;
  if (!response.body) co_return;
  WaitSlot slot(loop_);
  std::array<char, 16 * 1024> piece;
  while (!exchange.abandoned) {
    const net::IoResult result = response.body->try_read(piece);
    exchange.answer.append(piece.data(), result.size);
    exchange.too_large = exchange.answer.size() > kMaxPayloadBytes;
    if (exchange.too_large) co_return;
    if (result.ended()) {
      if (result.status != net::IoStatus::closed) exchange.broken = response.body->failure();
      co_return;
    }
    if (result.ok()) continue;
    response.body->watch(&slot);
    co_await slot;
    response.body->watch(nullptr);
  }
}

}  // namespace hoplab::aws
