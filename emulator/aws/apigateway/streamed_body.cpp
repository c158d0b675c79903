#include "aws/apigateway/streamed_body.h"

#include <algorithm>
#include <utility>

namespace hoplab::aws {

namespace {

constexpr Duration kIdle = 5min;
constexpr std::uint64_t kFreeBytes = 10ULL * 1024 * 1024;
constexpr std::uint64_t kBytesPerSecond = 2ULL * 1024 * 1024;
constexpr Duration kPace = 50ms;  // how long it waits for some more

class StreamedBody final : public http::ResponseBody {
 public:
  StreamedBody(Loop& loop, StreamSource source, std::function<void(const Streamed&)> over)
      : loop_(loop),
        source_(std::move(source)),
        inner_(*source_.body),
        over_(std::move(over)),
        until_(loop.now() + kStreamMost),
        idle_until_(loop.now() + kIdle),
        wake_(loop, [this] { notify(); }) {}
  ~StreamedBody() override { tell(); }
  StreamedBody(const StreamedBody&) = delete;
  StreamedBody& operator=(const StreamedBody&) = delete;

  net::IoResult try_read(std::span<char> into) override {
    const Time now = loop_.now();
    if (done_.broken || now >= until_) return fail(Reason::target_timeout);
    const std::uint64_t allowed = allowance(now);
    if (allowed == 0) return {net::IoStatus::would_block, 0};
    const std::uint64_t left = source_.content_length ? *remaining() : allowed;
    const auto most = std::min({static_cast<std::uint64_t>(into.size()), allowed, left});
    if (most == 0) return finish({net::IoStatus::closed, 0});
    const net::IoResult result = inner_.try_read(into.first(static_cast<std::size_t>(most)));
    if (result.size > 0) count(result.size, now);
    if (result.would_block() && now >= idle_until_) return fail(Reason::target_timeout);
    if (!result.ended()) return result;
    if (result.status != net::IoStatus::closed) return fail(inner_.failure(), result.size);
    const bool cut = source_.content_length && *remaining() > 0;
    return cut ? fail(Reason::response_truncated, result.size) : finish(result);
  }
  void watch(WaitSlot* slot) override {
    slot_ = slot;
    if (!slot) {
      wake_.cancel();
      return inner_.watch(nullptr);
    }
    const Time now = loop_.now();
    if (allowance(now) == 0) return wake_.after(std::min<Duration>(kPace, until_ - now));
    wake_.after(std::min(until_, idle_until_) - now);
    inner_.watch(slot);
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override {
    if (!source_.content_length) return inner_.remaining();
    return *source_.content_length - std::min(done_.bytes, *source_.content_length);
  }
  bool push_request() override { return inner_.push_request(); }
  void watch_request(WaitSlot* slot) override { inner_.watch_request(slot); }
  [[nodiscard]] Reason failure() const override {
    return done_.broken.value_or(Reason::response_truncated);
  }
  /// What has come arrives before the end.
  [[nodiscard]] bool ends_in_order() const override { return true; }
  [[nodiscard]] std::string detail() const override { return done_.detail; }
  [[nodiscard]] std::string target() const override { return inner_.target(); }

 private:
  /// How many bytes may pass now.
  [[nodiscard]] std::uint64_t allowance(Time now) const {
    if (!paced_since_) return kFreeBytes + 1 - std::min(done_.bytes, kFreeBytes);
    const auto milliseconds =
        std::chrono::duration_cast<std::chrono::milliseconds>(now - *paced_since_).count();
    const auto sum =
        kFreeBytes + kBytesPerSecond *
                         static_cast<std::uint64_t>(std::max<std::int64_t>(milliseconds, 0)) / 1000;
    return sum > done_.bytes ? sum - done_.bytes : 0;
  }
  void count(std::size_t size, Time now) {
    if (!done_.first_content_at) done_.first_content_at = now;
    done_.bytes += size;
    idle_until_ = now + kIdle;
    if (done_.bytes > kFreeBytes && !paced_since_) paced_since_ = now;
  }
  net::IoResult finish(net::IoResult result) {
    tell();
    return result;
  }
  net::IoResult fail(Reason why, std::size_t size = 0) {
    if (!done_.broken) {
      done_.broken = why;
      if (why == inner_.failure()) done_.detail = inner_.detail();
    }
    tell();
    return {net::IoStatus::failed, size};
  }
  void tell() {
    if (const auto over = std::exchange(over_, nullptr)) over(done_);
  }
  void notify() {
    if (slot_) slot_->notify();
  }

  Loop& loop_;
  StreamSource source_;
  http::ResponseBody& inner_;
  std::function<void(const Streamed&)> over_;
  Time until_;
  Time idle_until_;
  Streamed done_;
  std::optional<Time> paced_since_;
  WaitSlot* slot_ = nullptr;
  Timer wake_;
};

}  // namespace

std::unique_ptr<http::ResponseBody> streamed_body(Loop& loop, StreamSource source,
                                                  std::function<void(const Streamed&)> over) {
  return std::make_unique<StreamedBody>(loop, std::move(source), std::move(over));
}

}  // namespace hoplab::aws
