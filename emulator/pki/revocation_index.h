// RevocationIndex: a set of (authority, serial) whose look-up does not grow with its size.
//
// Half a million serials (AWS's quota for a trust store) lie in one byte array with one table of
// offsets beside it: about 30 bytes an entry and no allocation of its own for any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace hoplab::pki {

class RevocationIndex {
 public:
  /// Room for as many more, of so many bytes together; call it before add().
  void reserve(std::size_t entries, std::size_t bytes);

  /// `serial` is the magnitude's bytes, most significant first; leading zero bytes do not count.
  void add(std::uint32_t authority, std::string_view serial);

  bool contains(std::uint32_t authority, std::string_view serial) const;

  /// Distinct entries.
  std::size_t size() const { return size_; }

 private:
  // The slot that holds the entry, or the empty slot where it belongs.
  std::size_t slot_of(std::uint32_t authority, std::string_view serial) const;
  bool entry_equals(std::size_t offset, std::uint32_t authority, std::string_view serial) const;
  void grow(std::size_t slots);

  std::vector<char> bytes_;           // authority (4), length (2), serial; less than 4 GiB
  std::vector<std::uint32_t> slots_;  // offset + 1 into bytes_, 0 when empty; a power of two long
  std::size_t size_ = 0;
};

}  // namespace hoplab::pki
