// Bytes: a growable buffer whose growth does not fill. For I/O buffers, where zeroing would cost as
// much as the copy.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>

#include "base/block.h"

namespace hoplab {

class Bytes {
 public:
  Bytes() = default;
  Bytes(Bytes&& other) noexcept
      : block_(std::move(other.block_)), size_(std::exchange(other.size_, 0)) {}
  Bytes& operator=(Bytes&& other) noexcept {
    block_ = std::move(other.block_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }

  [[nodiscard]] char* data() noexcept { return block_.data(); }
  [[nodiscard]] const char* data() const noexcept { return block_.data(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] std::string_view view(std::size_t from = 0) const noexcept {
    return {block_.data() + from, size_ - from};
  }

  [[nodiscard]] std::span<char> span() noexcept { return {block_.data(), size_}; }

  void append(std::string_view text) {
    if (text.empty()) return;
    reserve(size_ + text.size());
    std::memcpy(block_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }

  /// New bytes are not initialised.
  void resize(std::size_t size) {
    reserve(size);
    size_ = size;
  }

  void reserve(std::size_t size) {
    if (size <= block_.size()) return;
    Block larger(size > 2 * block_.size() ? size : 2 * block_.size());
    if (size_) std::memcpy(larger.data(), block_.data(), size_);
    block_ = std::move(larger);
  }

  /// Removes `count` bytes at `at`.
  void erase(std::size_t at, std::size_t count) {
    std::memmove(block_.data() + at, block_.data() + at + count, size_ - at - count);
    size_ -= count;
  }

  /// Forgets the content and keeps the memory.
  void clear() noexcept { size_ = 0; }
  /// Forgets the content and gives the memory back.
  void release() noexcept {
    block_.release();
    size_ = 0;
  }

 private:
  Block block_;
  std::size_t size_ = 0;
};

}  // namespace hoplab
