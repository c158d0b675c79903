// TappedStream: tells a tap what passes a stream, as it passes.
#pragma once

#include <memory>
#include <utility>

#include "net/stream.h"
#include "net/tap.h"

namespace hoplab::net {

class TappedStream final : public Stream {
 public:
  /// `far`: who is at the other end of `inner`; its bytes are those that are read.
  TappedStream(std::unique_ptr<Stream> inner, std::unique_ptr<TappedWire> wire, TcpEnd far)
      : inner_(std::move(inner)),
        wire_(std::move(wire)),
        far_(far),
        near_(far == TcpEnd::client ? TcpEnd::server : TcpEnd::client) {}
  ~TappedStream() override;

  IoResult try_read(std::span<char> into) override;
  IoResult try_write(std::string_view data) override;
  bool try_flush() override { return inner_->try_flush(); }
  void shutdown_write() override;
  void reset(const Cause& cause) override;
  void watch_read(WaitSlot* slot) override { inner_->watch_read(slot); }
  void watch_write(WaitSlot* slot) override { inner_->watch_write(slot); }
  void acknowledge_now() override { inner_->acknowledge_now(); }
  [[nodiscard]] std::optional<bool> reset_by_peer() override;
  [[nodiscard]] Loop& loop() noexcept override { return inner_->loop(); }

 private:
  void reset_by(TcpEnd from, const Cause* cause = nullptr);
  void end_in_order(TcpEnd from);

  std::unique_ptr<Stream> inner_;
  std::unique_ptr<TappedWire> wire_;
  const TcpEnd far_, near_;
  bool far_ended_ = false, near_ended_ = false;  // by a FIN
  bool reset_ = false;                           // by either: nothing follows
};

}  // namespace hoplab::net
