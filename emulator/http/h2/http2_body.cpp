#include "http/h2/http2_body.h"

#include <algorithm>
#include <cstring>

namespace hoplab::http {

using net::IoResult;
using net::IoStatus;

void Http2Body::append(std::string_view data) {
  if (begin_ > 0) {  // at most a window of bytes: cheaper than a ring
    held_.erase(0, begin_);
    begin_ = 0;
  }
  held_.append(data);
  wake();
}

void Http2Body::finish() {
  if (end_ == End::open) end_ = End::finished;
  wake();
}

void Http2Body::add_trailer(std::string_view name, std::string_view value) {
  trailers_.add(trailer_text_.copy(name), trailer_text_.copy(value));
}

void Http2Body::give_up() {
  if (end_ != End::open) return;
  stalled_ = true;
  end_ = End::failed;
  wake();
}

std::size_t Http2Body::fail() {
  const std::size_t unread = held_.size() - begin_;
  if (end_ == End::open || unread > 0) end_ = End::failed;
  release();
  wake();
  return unread;
}

IoResult Http2Body::try_read(std::span<char> into) {
  if (end_ == End::failed) return {IoStatus::failed, 0};
  const std::size_t count = std::min(into.size(), held_.size() - begin_);
  if (count == 0) {
    return {end_ == End::finished ? IoStatus::closed : IoStatus::would_block, 0};
  }
  std::memcpy(into.data(), held_.data() + begin_, count);
  begin_ += count;
  if (begin_ == held_.size()) release();
  if (left_) *left_ -= std::min<std::uint64_t>(count, *left_);
  credit_.consumed(stream_id_, count);
  return {IoStatus::ok, count};
}

void Http2Body::watch(WaitSlot* slot) {
  reader_ = slot;
  if (slot && readable()) wake();
}

}  // namespace hoplab::http
