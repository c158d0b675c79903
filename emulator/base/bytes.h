// Bytes: a growable buffer whose resize() does not fill. For I/O buffers, where zeroing would cost
// as much as the copy.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

namespace hoplab {

template <class T>
struct UninitialisedAllocator : std::allocator<T> {
  template <class U>
  struct rebind {
    using other = UninitialisedAllocator<U>;
  };
  void construct(T* at) noexcept { ::new (static_cast<void*>(at)) T; }
  template <class... Args>
  void construct(T* at, Args&&... args) {
    ::new (static_cast<void*>(at)) T(std::forward<Args>(args)...);
  }
};

class Bytes : public std::vector<char, UninitialisedAllocator<char>> {
 public:
  void append(std::string_view text) { insert(end(), text.begin(), text.end()); }
  [[nodiscard]] std::string_view view(std::size_t from = 0) const {
    return {data() + from, size() - from};
  }
};

}  // namespace hoplab
