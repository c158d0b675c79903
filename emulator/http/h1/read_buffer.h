// ReadBuffer: bytes read from a stream and not yet used. Holds no memory while empty.
#pragma once

#include <cstring>
#include <string_view>

#include "base/block.h"
#include "net/stream.h"

namespace hoplab::http {

class ReadBuffer {
 public:
  [[nodiscard]] std::string_view data() const { return {block_.data() + begin_, end_ - begin_}; }
  [[nodiscard]] bool empty() const { return begin_ == end_; }

  void consume(std::size_t count) {
    begin_ += count;
    if (begin_ < end_) return;
    block_.release();
    begin_ = end_ = 0;
  }

  /// One read from `stream`; would_block also when `limit` bytes are held already.
  net::IoResult fill(net::Stream& stream, std::size_t limit) {
    if (end_ - begin_ >= limit) return {net::IoStatus::would_block, 0};
    if (end_ == block_.size()) make_room();
    const net::IoResult result = stream.try_read({block_.data() + end_, block_.size() - end_});
    end_ += result.size;
    if (empty()) consume(0);
    return result;
  }

 private:
  void make_room() {
    const std::size_t held = end_ - begin_;
    if (begin_ > 0 && held <= block_.size() / 2) {
      std::memmove(block_.data(), block_.data() + begin_, held);
    } else {
      Block larger(block_.size() * 2);
      if (held) std::memcpy(larger.data(), block_.data() + begin_, held);
      block_ = std::move(larger);
    }
    begin_ = 0;
    end_ = held;
  }

  Block block_;
  std::size_t begin_ = 0, end_ = 0;
};

}  // namespace hoplab::http
