#include "aws/logs/load_balancer_log.h"

#include <array>
#include <cstdio>

#include "base/hex.h"

namespace hoplab::aws {

LogFields& LogFields::field(std::string_view name, std::string_view text, bool quotes) {
  if (format_ == LogFormat::json) {
    line_.append(line_.empty() ? "{\"" : ",\"").append(name).append("\":");
  } else if (!line_.empty()) {
    line_ += ' ';
  }
  if (text.empty()) text = "-";
  if (!quotes) {
    line_ += text;
    return *this;
  }
  line_ += '"';
  put_escaped(text);
  line_ += '"';
  return *this;
}

void LogFields::put_escaped(std::string_view text) {
  const std::string_view backslash = format_ == LogFormat::json ? "\\\\" : "\\";
  for (const char c : text) {
    if (c == '\\') {
      line_ += backslash;
    } else if (c >= ' ' && c <= '~' && c != '"') {
      line_ += c;
    } else {
      std::array<char, 2> digits{};
      put_hex(digits.data(), static_cast<unsigned char>(c), 2);
      line_.append(backslash).append("x").append(digits.data(), digits.size());
    }
  }
}

std::string LogFields::take() && {
  if (format_ == LogFormat::json) line_ += '}';
  return std::move(line_);
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
