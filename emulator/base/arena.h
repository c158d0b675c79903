// Arena: text that lives as long as one message.
//
// Views handed out stay valid until the arena is destroyed or cleared; nothing is freed one by one.
// The first block is sized for an ordinary request, so that a request costs one allocation.
#pragma once

#include <cstddef>
#include <cstring>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/block.h"

namespace hoplab {

class Arena {
 public:
  Arena() = default;
  Arena(Arena&& other) noexcept
      : first_(std::move(other.first_)),
        more_(std::move(other.more_)),
        free_(std::exchange(other.free_, {})) {}
  Arena& operator=(Arena&& other) noexcept {
    first_ = std::move(other.first_);
    more_ = std::move(other.more_);
    free_ = std::exchange(other.free_, {});
    return *this;
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  /// Uninitialised room for `size` chars.
  std::span<char> allocate(std::size_t size) {
    if (size > free_.size()) grow(size);
    const auto room = free_.first(size);
    free_ = free_.subspan(size);
    return room;
  }

  /// A stable copy of `text`.
  std::string_view copy(std::string_view text) {
    if (text.empty()) return {};
    const auto room = allocate(text.size());
    std::memcpy(room.data(), text.data(), text.size());
    return {room.data(), room.size()};
  }

  /// A stable copy of several pieces joined.
  template <class... Pieces>
  std::string_view join(const Pieces&... pieces) {
    const auto room = allocate((std::string_view(pieces).size() + ... + 0));
    char* at = room.data();
    ((at = append(at, std::string_view(pieces))), ...);
    return {room.data(), room.size()};
  }

 private:
  static char* append(char* at, std::string_view piece) {
    if (!piece.empty()) std::memcpy(at, piece.data(), piece.size());
    return at + piece.size();
  }

  void grow(std::size_t at_least) {
    Block& block = first_.data() ? more_.emplace_back() : first_;
    block = Block(at_least);
    free_ = {block.data(), block.size()};
  }

  Block first_;
  std::vector<Block> more_;
  std::span<char> free_;
};

}  // namespace hoplab
