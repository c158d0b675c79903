// Joining pointers and wording lists.
#include "model/problem.h"

namespace hoplab::model {

std::string to_text(const Problem& problem) {
  std::string text;
  if (!problem.path.empty()) text += problem.path + ": ";
  if (!problem.found.empty()) text += "found " + problem.found + "; ";
  text += problem.rule;
  if (!problem.suggestion.empty()) text += "; did you mean \"" + problem.suggestion + "\"?";
  return text;
}

std::string at(std::string_view base, std::string_view token) {
  std::string path(base);
  path += '/';
  for (const char c : token) {
    if (c == '~') {
      path += "~0";
    } else if (c == '/') {
      path += "~1";
    } else {
      path += c;
    }
  }
  return path;
}

std::string at(std::string_view base, std::size_t index) {
  return at(base, std::to_string(index));
}

std::string in_quotes(std::string_view text) {
  constexpr std::size_t kLongest = 80;
  std::string shown = "\"";
  for (const char c : text.substr(0, kLongest)) shown += c >= 0 && c < ' ' ? '?' : c;
  return shown + (text.size() > kLongest ? "...\"" : "\"");
}

std::string one_of(const std::vector<std::string_view>& words) {
  std::string all;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) all += i + 1 == words.size() ? " or " : ", ";
    all += words[i];
  }
  return all;
}

}  // namespace hoplab::model
