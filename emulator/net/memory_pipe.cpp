#include "net/memory_pipe.h"

#include <algorithm>
#include <cstring>

#include "base/block.h"

namespace hoplab::net {

namespace {

/// One direction: a growable buffer that gives its memory back when empty.
struct Channel {
  Block block;
  std::size_t begin = 0, end = 0;
  bool finished = false;   // the writer sent FIN
  bool abandoned = false;  // the reader is gone: writing now is answered with a reset
  WaitSlot* reader = nullptr;
  WaitSlot* writer = nullptr;

  [[nodiscard]] std::size_t size() const { return end - begin; }

  std::size_t put(std::string_view data) {
    const std::size_t count = std::min(data.size(), kPipeCapacity - size());
    if (count == 0) return 0;
    if (end + count > block.size()) make_room(count);
    std::memcpy(block.data() + end, data.data(), count);
    end += count;
    wake(reader);
    return count;
  }

  std::size_t take(std::span<char> into) {
    const std::size_t count = std::min(into.size(), size());
    std::memcpy(into.data(), block.data() + begin, count);
    begin += count;
    if (begin == end) release();
    wake(writer);
    return count;
  }

  void release() {  // an idle leg holds no buffer
    begin = end = 0;
    block.release();
  }

  static void wake(WaitSlot*& slot) {
    if (slot) std::exchange(slot, nullptr)->notify();
  }

 private:
  void make_room(std::size_t count) {
    const std::size_t kept = size();
    if (kept + count > block.size()) {
      Block larger(std::max(kept + count, 2 * block.size()));
      if (kept) std::memcpy(larger.data(), block.data() + begin, kept);
      block = std::move(larger);
    } else {
      std::memmove(block.data(), block.data() + begin, kept);
    }
    begin = 0;
    end = kept;
  }
};

struct Shared {
  explicit Shared(Loop& owner) : loop(owner) {}
  Loop& loop;
  Channel channels[2];
  bool reset = false;
};

class PipeEnd final : public Stream {
 public:
  PipeEnd(std::shared_ptr<Shared> shared, int side)
      : shared_(std::move(shared)),
        in_(shared_->channels[side]),
        out_(shared_->channels[1 - side]) {}

  // Dropping an end is close(): in order, but a reset when there is unread input, as TCP does.
  ~PipeEnd() override {
    in_.reader = nullptr;
    out_.writer = nullptr;
    in_.abandoned = true;
    if (in_.size() > 0)
      abort();
    else
      shutdown_write();
  }

  IoResult try_read(std::span<char> into) override {
    if (shared_->reset) return {IoStatus::failed, 0};
    if (in_.size() > 0) return {IoStatus::ok, in_.take(into)};
    return {in_.finished ? IoStatus::closed : IoStatus::would_block, 0};
  }

  IoResult try_write(std::string_view data) override {
    if (out_.abandoned) abort();
    if (shared_->reset || out_.finished) return {IoStatus::failed, 0};
    const std::size_t written = out_.put(data);
    return {written ? IoStatus::ok : IoStatus::would_block, written};
  }

  void shutdown_write() override {
    if (out_.finished) return;
    out_.finished = true;
    Channel::wake(out_.reader);
  }

  void reset(const Cause&) override { abort(); }

  void watch_read(WaitSlot* slot) override {
    in_.reader = slot;
    if (slot && (shared_->reset || in_.size() > 0 || in_.finished)) Channel::wake(in_.reader);
  }

  void watch_write(WaitSlot* slot) override {
    out_.writer = slot;
    if (slot && (shared_->reset || out_.finished || out_.size() < kPipeCapacity)) {
      Channel::wake(out_.writer);
    }
  }

  Loop& loop() noexcept override { return shared_->loop; }

 private:
  void abort() {
    if (shared_->reset) return;
    shared_->reset = true;
    for (Channel& channel : shared_->channels) {
      Channel::wake(channel.reader);
      Channel::wake(channel.writer);
    }
  }

  std::shared_ptr<Shared> shared_;
  Channel& in_;
  Channel& out_;
};

}  // namespace

StreamPair make_memory_pipe(Loop& loop) {
  auto shared = std::make_shared<Shared>(loop);
  return {std::make_unique<PipeEnd>(shared, 0), std::make_unique<PipeEnd>(shared, 1)};
}

}  // namespace hoplab::net
