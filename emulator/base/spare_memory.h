// SpareMemory: pieces of memory that a thread has just freed and will need again in a moment, kept
// on short lists by size. A request takes some ten of them, and the allocator's own cache knows
// neither large ones nor many of one size.
#pragma once

#include <array>
#include <cstddef>
#include <new>
#include <utility>

namespace hoplab {

// Under AddressSanitizer everything goes back to the allocator, so that its misuse shows.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kKeepsSpareMemory = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool kKeepsSpareMemory = false;
#else
inline constexpr bool kKeepsSpareMemory = true;
#endif
#else
inline constexpr bool kKeepsSpareMemory = true;
#endif

/// Of one thread. `Use` tells one from another: each has its lists, of `kLists` sizes, the k-th of
/// (k + 1) * kStep bytes, and at most `kMost` pieces on each.
template <class Use, std::size_t kStep, std::size_t kLists, std::size_t kMost>
class SpareMemory {
 public:
  /// At least `size` bytes, not initialised. What is larger than every list's comes from the
  /// allocator.
  static void* take(std::size_t size) {
    const std::size_t list = list_of(size);
    if (list < kLists && kKeepsSpareMemory && open_) {
      auto& [first, count] = of_this_thread().lists_[list];
      if (first) {
        --count;
        return std::exchange(first, first->next);
      }
    }
    return ::operator new(list < kLists && kKeepsSpareMemory ? (list + 1) * kStep : size);
  }

  /// What take() of that size gave, of whichever thread.
  static void give(void* memory, std::size_t size) noexcept {
    const std::size_t list = list_of(size);
    if (list < kLists && kKeepsSpareMemory && open_) {
      auto& [first, count] = of_this_thread().lists_[list];
      if (count < kMost) {
        ++count;
        first = new (memory) Piece{first};
        return;
      }
    }
    ::operator delete(memory);
  }

 private:
  struct Piece {
    Piece* next;
  };
  struct List {
    Piece* first = nullptr;
    std::size_t count = 0;
  };
  static_assert(kStep >= sizeof(Piece));

  SpareMemory() = default;
  ~SpareMemory() {
    open_ = false;
    for (List& list : lists_) {
      while (list.first) ::operator delete(std::exchange(list.first, list.first->next));
    }
  }
  static SpareMemory& of_this_thread() {
    thread_local SpareMemory spare;
    return spare;
  }
  static constexpr std::size_t list_of(std::size_t size) noexcept {
    return size == 0 ? 0 : (size - 1) / kStep;
  }

  /// False once the thread ends: what is freed behind its lists goes back to the allocator.
  inline static thread_local bool open_ = true;
  std::array<List, kLists> lists_;
};

/// What std::allocate_shared() takes pieces of `Memory`, a SpareMemory, by.
template <class T, class Memory>
struct SpareAllocator {
  using value_type = T;
  template <class Other>
  struct rebind {
    using other = SpareAllocator<Other, Memory>;
  };
  SpareAllocator() = default;
  template <class Other>
  SpareAllocator(const SpareAllocator<Other, Memory>&) noexcept {}  // NOLINT: as allocators convert
  T* allocate(std::size_t count) { return static_cast<T*>(Memory::take(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t count) noexcept {
    Memory::give(memory, count * sizeof(T));
  }
  bool operator==(const SpareAllocator&) const = default;
};

}  // namespace hoplab
