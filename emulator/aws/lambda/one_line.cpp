#include "aws/lambda/one_line.h"

#include <algorithm>

#include "aws/stub/json_text.h"

namespace hoplab::aws::lambda {

namespace {

/// ASCII's, and those that Latin-1 has above it (U+0080 to U+009F).
bool is_control(std::string_view character) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
  if (character.size() == 1) return byte(0) < 0x20 || byte(0) == 0x7f;
  return character.size() == 2 && byte(0) == 0xc2 && byte(1) < 0xa0;
}

}  // namespace

std::string one_line(std::string_view text, std::size_t most) {
  std::string line;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    std::string_view character = length == 0 ? "?" : text.substr(0, length);
    if (is_control(character)) character = " ";
    if (line.size() + character.size() > most) break;
    line += character;
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return line;
}

}  // namespace hoplab::aws::lambda
