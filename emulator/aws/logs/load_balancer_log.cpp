#include "aws/logs/load_balancer_log.h"

#include <array>
#include <cstdio>

#include "base/hex.h"

namespace hoplab::aws {

void LogFields::separate() {
  if (!line_.empty()) line_ += ' ';
}

LogFields& LogFields::plain(std::string_view text) {
  separate();
  line_ += text.empty() ? "-" : text;
  return *this;
}

LogFields& LogFields::quoted(std::string_view text) {
  separate();
  line_ += '"';
  if (text.empty()) line_ += '-';
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '"') {
      line_ += c;
      continue;
    }
    std::array<char, 2> digits{};
    put_hex(digits.data(), static_cast<unsigned char>(c), 2);
    line_.append("\\x").append(digits.data(), digits.size());
  }
  line_ += '"';
  return *this;
}

std::string log_seconds(Duration duration) {
  using std::chrono::milliseconds;
  const auto ms = std::chrono::round<milliseconds>(duration).count();
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%lld.%03lld", static_cast<long long>(ms / 1000),
                static_cast<long long>(ms % 1000));
  return text.data();
}

}  // namespace hoplab::aws
