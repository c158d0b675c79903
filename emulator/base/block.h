// Block: a piece of memory for buffers and arenas. Ordinary ones are kBlockSize long and come from
// a short list that each thread keeps, because a request needs several for a moment and the
// allocator's own cache does not reach that size.
#pragma once

#include <cstddef>
#include <utility>

#include "base/spare_memory.h"

namespace hoplab {

/// Room for an ordinary message head, and no multiple of a page: blocks that lay a page apart would
/// share their cache sets, and copies between them would stall.
inline constexpr std::size_t kBlockSize = 3008;

/// Ordinary blocks: each thread keeps up to 32.
using SpareBlocks = SpareMemory<class Block, kBlockSize, 1, 32>;

/// Owns its bytes, which are not initialised.
class Block {
 public:
  Block() = default;
  /// At least `size` bytes.
  explicit Block(std::size_t size)
      : size_(size > kBlockSize ? size : kBlockSize),
        bytes_(static_cast<char*>(SpareBlocks::take(size_))) {}
  Block(Block&& other) noexcept
      : size_(std::exchange(other.size_, 0)), bytes_(std::exchange(other.bytes_, nullptr)) {}
  Block& operator=(Block&& other) noexcept {
    std::swap(size_, other.size_);
    std::swap(bytes_, other.bytes_);
    other.release();
    return *this;
  }
  ~Block() { release(); }

  [[nodiscard]] char* data() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void release() noexcept {
    if (bytes_) SpareBlocks::give(std::exchange(bytes_, nullptr), size_);
    size_ = 0;
  }

 private:
  std::size_t size_ = 0;
  char* bytes_ = nullptr;
};

}  // namespace hoplab
