// A word as a POSIX shell takes it.
#pragma once

#include <string>

namespace hoplab {

/// `text` quoted for a POSIX shell, if it needs quotes.
inline std::string shell_quoted(const std::string& text) {
  constexpr const char* kSafe =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:=@%+,";
  if (!text.empty() && text.find_first_not_of(kSafe) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace hoplab
