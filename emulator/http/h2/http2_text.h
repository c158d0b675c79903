// Texts as nghttp2 takes and gives them.
#pragma once

#include <nghttp2/nghttp2.h>

#include <string_view>

namespace hoplab::http {

/// A field that nghttp2 copies, its name in lowercase.
inline nghttp2_nv copied(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

inline std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

}  // namespace hoplab::http
