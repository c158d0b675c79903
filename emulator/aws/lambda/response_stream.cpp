#include "aws/lambda/response_stream.h"

#include <algorithm>
#include <utility>

namespace hoplab::aws::lambda {

void ResponseStream::put(std::string_view bytes) {
  if (over_ || bytes.empty()) return;
  bytes_ += bytes;
  Pending::finish();
}

void ResponseStream::finish() {
  over_ = true;
  wake(writer_);
  Pending::finish();
}

void ResponseStream::end() {
  if (!over_) finish();
}

void ResponseStream::fail(Reason reason, std::string detail) {
  if (over_) return;
  broken_ = reason;
  detail_ = std::move(detail);
  finish();
}

void ResponseStream::consume(std::size_t size) {
  read_ += size;
  if (read_ == bytes_.size()) {
    bytes_.clear();
    read_ = 0;
  }
  if (!full()) wake(writer_);
}

net::IoResult ResponseStream::try_read(std::span<char> into) {
  const std::size_t size = std::min(into.size(), ready().size());
  if (size > 0) {
    std::ranges::copy(ready().substr(0, size), into.begin());
    consume(size);
    return {net::IoStatus::ok, size};
  }
  if (!over_) return {net::IoStatus::would_block, 0};
  return {broken_ ? net::IoStatus::failed : net::IoStatus::closed, 0};
}

void ResponseStream::watch(WaitSlot* slot) {
  waiter = slot;
  if (slot && (over_ || !ready().empty())) slot->notify();
}

}  // namespace hoplab::aws::lambda
