// Block: a piece of memory for buffers and arenas. Ordinary ones are kBlockSize long and come from
// a short list that each thread keeps, because a request needs several for a moment and the
// allocator's own cache does not reach that size.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace hoplab {

/// Room for an ordinary message head, and no multiple of a page: blocks that lay a page apart would
/// share their cache sets, and copies between them would stall.
inline constexpr std::size_t kBlockSize = 3008;

namespace detail {

// Under AddressSanitizer every block goes back to the allocator, so that its misuse shows.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr std::size_t kKeptBlocks = 0;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr std::size_t kKeptBlocks = 0;
#else
inline constexpr std::size_t kKeptBlocks = 32;
#endif
#else
inline constexpr std::size_t kKeptBlocks = 32;
#endif

/// One thread's list. A block that is released while the thread ends, after its list, finds `open`
/// false and goes back to the allocator.
struct KeptBlocks {
  inline static thread_local bool open = true;
  std::vector<std::unique_ptr<char[]>> blocks;
  ~KeptBlocks() { open = false; }

  static KeptBlocks& of_this_thread() {
    thread_local KeptBlocks kept;
    return kept;
  }
};

}  // namespace detail

/// Owns its bytes, which are not initialised.
class Block {
 public:
  Block() = default;
  /// At least `size` bytes.
  explicit Block(std::size_t size) : size_(size > kBlockSize ? size : kBlockSize) {
    if (size_ == kBlockSize && detail::KeptBlocks::open) {
      auto& kept = detail::KeptBlocks::of_this_thread().blocks;
      if (!kept.empty()) {
        bytes_ = std::move(kept.back());
        kept.pop_back();
        return;
      }
    }
    bytes_ = std::make_unique_for_overwrite<char[]>(size_);
  }
  Block(Block&& other) noexcept
      : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}
  Block& operator=(Block&& other) noexcept {
    release();
    bytes_ = std::move(other.bytes_);
    size_ = std::exchange(other.size_, 0);
    return *this;
  }
  ~Block() { release(); }

  [[nodiscard]] char* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  void release() noexcept {
    if (size_ == kBlockSize && detail::KeptBlocks::open) {
      auto& kept = detail::KeptBlocks::of_this_thread().blocks;
      if (kept.size() < detail::kKeptBlocks) kept.push_back(std::move(bytes_));
    }
    bytes_.reset();
    size_ = 0;
  }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace hoplab
