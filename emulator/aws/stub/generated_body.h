// A body of any size that needs no memory of that size: one block of text, repeated.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "http/message.h"

namespace hoplab::aws {

/// Always has something to read until its size is reached; never waits, so watch() has nothing to
/// do.
class GeneratedBody final : public http::ResponseBody {
 public:
  explicit GeneratedBody(std::uint64_t size) noexcept : size_(size) {}

  net::IoResult try_read(std::span<char> into) override;
  void watch(WaitSlot* /*slot*/) override {}
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return size_ - given_; }

  /// The byte at `position` of every generated body.
  [[nodiscard]] static char byte_at(std::uint64_t position) noexcept;

 private:
  std::uint64_t size_;
  std::uint64_t given_ = 0;
};

}  // namespace hoplab::aws
