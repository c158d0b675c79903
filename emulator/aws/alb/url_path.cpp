#include "aws/alb/url_path.h"

#include "base/ascii.h"
#include "base/hex.h"

namespace hoplab::aws {

namespace {

bool unreserved(char c) noexcept {
  const char low = lower_case(c);
  return (c >= '0' && c <= '9') || (low >= 'a' && low <= 'z') || c == '-' || c == '.' || c == '_' ||
         c == '~';
}

/// RFC 3986 6.2.2.1 and 6.2.2.2. A '%' that begins no escape stays.
std::string decode_unreserved(std::string_view path) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(path.size());
  for (std::size_t i = 0; i < path.size(); ++i) {
    const int high = path[i] == '%' && i + 2 < path.size() ? hex_value(path[i + 1]) : -1;
    const int low = high < 0 ? -1 : hex_value(path[i + 2]);
    if (low < 0) {
      out += path[i];
      continue;
    }
    const char decoded = static_cast<char>(high * 16 + low);
    if (unreserved(decoded)) {
      out += decoded;
    } else {
      out += {'%', kDigits[high], kDigits[low]};
    }
    i += 2;
  }
  return out;
}

/// RFC 3986 5.2.4, of a path that begins with '/'.
std::string remove_dot_segments(std::string_view path) {
  std::string out;
  out.reserve(path.size());
  for (std::size_t at = 0; at < path.size();) {
    auto end = path.find('/', at + 1);
    if (end == std::string_view::npos) end = path.size();
    const auto segment = path.substr(at, end - at);  // with its leading '/'
    const bool up = segment == "/..";
    if (up) out.resize(out.find('/') == std::string::npos ? 0 : out.rfind('/'));
    if (!up && segment != "/.") {
      out += segment;
    } else if (end == path.size()) {
      out += '/';
    }
    at = end;
  }
  return out;
}

}  // namespace

std::string_view normalised_path(std::string_view target, std::string& room) {
  const auto path = target.substr(0, target.find('?'));
  const bool escapes = path.find('%') != std::string_view::npos;
  if (!escapes && path.find("/.") == std::string_view::npos) return path;
  room = escapes ? decode_unreserved(path) : std::string(path);
  if (room.starts_with('/') && room.find("/.") != std::string::npos) {
    room = remove_dot_segments(room);
  }
  return room;
}

}  // namespace hoplab::aws
