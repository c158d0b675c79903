// A message's body that is held in memory.
#pragma once

#include "http/message.h"

namespace hoplab::http {

class TextBody final : public BodySource {
 public:
  /// `text` outlives this.
  explicit TextBody(std::string_view text) : left_(text) {}
  net::IoResult try_read(std::span<char> into) override {
    if (left_.empty()) return {net::IoStatus::closed, 0};
    const std::size_t count = left_.copy(into.data(), into.size());
    left_.remove_prefix(count);
    return {net::IoStatus::ok, count};
  }
  void watch(WaitSlot* slot) override {
    if (slot) slot->notify();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_.size(); }

 private:
  std::string_view left_;
};

}  // namespace hoplab::http
