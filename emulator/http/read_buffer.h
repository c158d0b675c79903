// ReadBuffer: bytes read from a stream and not yet used. Holds no memory while empty.
#pragma once

#include <cstring>
#include <memory>
#include <string_view>

#include "net/stream.h"

namespace hoplab::http {

class ReadBuffer {
 public:
  [[nodiscard]] std::string_view data() const { return {bytes_.get() + begin_, end_ - begin_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ < end_) return;
    bytes_.reset();
    begin_ = end_ = capacity_ = 0;
  }

  /// One read from `stream`; would_block also when `limit` bytes are held already.
  net::IoResult fill(net::Stream& stream, std::size_t limit) {
    if (end_ - begin_ >= limit) return {net::IoStatus::would_block, 0};
    if (end_ == capacity_) make_room();
    const net::IoResult result = stream.try_read({bytes_.get() + end_, capacity_ - end_});
    end_ += result.size;
    if (empty()) consume(0);
    return result;
  }

 private:
  static constexpr std::size_t kFirst = 4096;

  void make_room() {
    const std::size_t held = end_ - begin_;
    if (begin_ > 0 && held <= capacity_ / 2) {
      std::memmove(bytes_.get(), bytes_.get() + begin_, held);
    } else {
      capacity_ = capacity_ ? capacity_ * 2 : kFirst;
      auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
      if (held) std::memcpy(larger.get(), bytes_.get() + begin_, held);
      bytes_ = std::move(larger);
    }
    begin_ = 0;
    end_ = held;
  }

  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0, end_ = 0, capacity_ = 0;
};

}  // namespace hoplab::http
