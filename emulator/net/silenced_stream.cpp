#include "net/silenced_stream.h"

#include <algorithm>

namespace hoplab::net {

namespace {

class SilencedStream final : public Stream {
 public:
  explicit SilencedStream(Loop& loop) : loop_(loop), give_up_(loop, [this] { fail(); }) {}

  IoResult try_read(std::span<char>) override {
    return {failed_ ? IoStatus::failed : IoStatus::would_block, 0};
  }
  IoResult try_write(std::string_view data) override {
    if (failed_) return {IoStatus::failed, 0};
    send_again();
    const std::size_t taken = std::min(data.size(), kUnacknowledged - unacknowledged_);
    unacknowledged_ += taken;
    return taken == 0 ? IoResult{} : IoResult{IoStatus::ok, taken};
  }
  void shutdown_write() override { send_again(); }
  void reset(const Cause&) override { fail(); }
  void watch_read(WaitSlot* slot) override {
    read_slot_ = slot;
    if (failed_) wake(read_slot_);
  }
  void watch_write(WaitSlot* slot) override {
    write_slot_ = slot;
    if (failed_ || unacknowledged_ < kUnacknowledged) wake(write_slot_);
  }
  Loop& loop() noexcept override { return loop_; }

 private:
  void send_again() {
    if (!sent_ && !failed_) give_up_.after(kRetransmissionTime);
    sent_ = true;
  }
  void fail() {
    failed_ = true;
    give_up_.cancel();
    wake(read_slot_);
    wake(write_slot_);
  }

  Loop& loop_;
  Timer give_up_;
  WaitSlot* read_slot_ = nullptr;
  WaitSlot* write_slot_ = nullptr;
  std::size_t unacknowledged_ = 0;
  bool sent_ = false;
  bool failed_ = false;
};

}  // namespace

std::unique_ptr<Stream> make_silenced_stream(Loop& loop) {
  return std::make_unique<SilencedStream>(loop);
}

}  // namespace hoplab::net
