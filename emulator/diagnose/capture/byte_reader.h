// Numbers and runs of bytes from a text, in either order. What is over the end is 0 and remembered.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hoplab::diagnose {

class ByteReader {
 public:
  ByteReader(std::string_view bytes, bool little_endian) : bytes_(bytes), little_(little_endian) {}

  [[nodiscard]] std::size_t left() const noexcept { return bytes_.size(); }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] std::string_view rest() const noexcept { return bytes_; }

  std::uint8_t u8() { return static_cast<std::uint8_t>(number(1)); }
  std::uint16_t u16() { return static_cast<std::uint16_t>(number(2)); }
  std::uint32_t u24() { return number(3); }
  std::uint32_t u32() { return number(4); }
  std::string_view view(std::size_t size) {
    if (size > bytes_.size()) {
      failed_ = true;
      size = bytes_.size();
    }
    const std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }
  std::string bytes(std::size_t size) { return std::string(view(size)); }
  void skip(std::size_t size) { view(size); }

 private:
  std::uint32_t number(std::size_t size) {
    const std::string_view taken = view(size);
    if (taken.size() < size) return 0;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) {
      const auto byte = static_cast<std::uint8_t>(taken[little_ ? size - 1 - i : i]);
      value = (value << 8) | byte;
    }
    return value;
  }

  std::string_view bytes_;
  bool little_;
  bool failed_ = false;
};

}  // namespace hoplab::diagnose
