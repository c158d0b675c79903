#include "net/tapped_stream.h"

namespace hoplab::net {

TappedStream::~TappedStream() {
  end_in_order(near_);
}

void TappedStream::end_in_order(TcpEnd from) {
  bool& ended = from == far_ ? far_ended_ : near_ended_;
  if (ended || reset_) return;
  ended = true;
  wire_->fin(from);
}

void TappedStream::reset_by(TcpEnd from, const Cause* cause) {
  if (reset_) return;
  reset_ = true;
  if (far_ended_ && near_ended_) return;  // there is no connection any more
  wire_->rst(from, cause);
}

IoResult TappedStream::try_read(std::span<char> into) {
  const IoResult result = inner_->try_read(into);
  if (result.ok()) {
    wire_->data(far_, {into.data(), result.size});
  } else if (result.status == IoStatus::closed) {
    end_in_order(far_);
  } else if (result.status == IoStatus::failed) {
    reset_by(far_);
  }
  return result;
}

IoResult TappedStream::try_write(std::string_view data) {
  const IoResult result = inner_->try_write(data);
  if (result.ok()) {
    wire_->data(near_, data.substr(0, result.size));
  } else if (result.status == IoStatus::failed) {
    reset_by(far_);
  }
  return result;
}

void TappedStream::shutdown_write() {
  end_in_order(near_);
  inner_->shutdown_write();
}

void TappedStream::reset(const Cause& cause) {
  reset_by(near_, &cause);
  inner_->reset(cause);
}

std::optional<bool> TappedStream::reset_by_peer() {
  const auto known = inner_->reset_by_peer();
  if (known == true) reset_by(far_);
  return known;
}

}  // namespace hoplab::net
