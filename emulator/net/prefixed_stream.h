// PrefixedStream: a stream of which somebody has read too far. What was read comes first.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

#include "net/stream.h"

namespace hoplab::net {

class PrefixedStream final : public Stream {
 public:
  /// `inner` outlives this.
  PrefixedStream(Stream& inner, std::string_view prefix) : inner_(inner), prefix_(prefix) {}
  /// `inner` is this one's own.
  PrefixedStream(std::unique_ptr<Stream> inner, std::string_view prefix)
      : owned_(std::move(inner)), inner_(*owned_), prefix_(prefix) {}

  IoResult try_read(std::span<char> into) override {
    if (prefix_.empty()) {
      const IoResult result = inner_.try_read(into);
      bytes_read_ += result.size;
      return result;
    }
    const std::size_t size = std::min(into.size(), prefix_.size());
    std::memcpy(into.data(), prefix_.data(), size);
    prefix_.erase(0, size);
    bytes_read_ += size;
    return {IoStatus::ok, size};
  }
  IoResult try_write(std::string_view data) override {
    const IoResult result = inner_.try_write(data);
    bytes_written_ += result.size;
    return result;
  }
  bool try_flush() override { return inner_.try_flush(); }
  void shutdown_write() override { inner_.shutdown_write(); }
  void reset(const Cause& cause) override {
    prefix_.clear();
    inner_.reset(cause);
  }
  void watch_read(WaitSlot* slot) override {
    if (slot && !prefix_.empty()) return slot->notify();
    inner_.watch_read(slot);
  }
  void watch_write(WaitSlot* slot) override { inner_.watch_write(slot); }
  void acknowledge_now() override { inner_.acknowledge_now(); }
  [[nodiscard]] std::optional<bool> reset_by_peer() override { return inner_.reset_by_peer(); }
  [[nodiscard]] Loop& loop() noexcept override { return inner_.loop(); }
  [[nodiscard]] std::uint64_t bytes_read() const noexcept { return bytes_read_; }
  [[nodiscard]] std::uint64_t bytes_written() const noexcept { return bytes_written_; }

 private:
  std::unique_ptr<Stream> owned_;
  Stream& inner_;
  std::string prefix_;
  std::uint64_t bytes_read_ = 0, bytes_written_ = 0;
};

}  // namespace hoplab::net
