// Files of cases. A case is a line "=== NAME" and what follows it: a template, then sections that
// begin with lines "--- KEY". The line's end before the next section or case belongs to neither.
#pragma once

#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace hoplab::aws {

struct MappingCase {
  std::string name;
  std::string text;                             // the template
  std::map<std::string, std::string> sections;  // by their keys
};

/// Parts of `text` behind each line that begins with `mark`, from the rest of that line on.
inline std::vector<std::string> parts_of(const std::string& text, std::string_view mark) {
  std::vector<std::string> parts;
  const std::string begin = "\n" + std::string(mark);
  std::size_t at = 0;
  while (at != std::string::npos) {
    const std::size_t next = text.find(begin, at);
    parts.push_back(text.substr(at, next == std::string::npos ? next : next - at));
    at = next == std::string::npos ? next : next + begin.size();
  }
  return parts;
}

/// From HOPLAB_SOURCE_DIR/tests/aws/apigateway.
inline std::vector<MappingCase> mapping_cases(const std::string& file) {
  std::ostringstream all;
  all << std::ifstream(HOPLAB_SOURCE_DIR "/tests/aws/apigateway/" + file).rdbuf();
  std::vector<MappingCase> cases;
  const auto split = [](const std::string& part) {
    const std::size_t end = part.find('\n');
    const bool more = end != std::string::npos;
    return std::pair(part.substr(0, end), more ? part.substr(end + 1) : std::string());
  };
  std::string text = all.str();
  if (text.ends_with('\n')) text.pop_back();
  const std::vector<std::string> texts = parts_of(text, "=== ");
  for (std::size_t i = 1; i < texts.size(); ++i) {
    const std::vector<std::string> parts = parts_of(texts[i], "--- ");
    MappingCase one;
    std::tie(one.name, one.text) = split(parts[0]);
    for (std::size_t j = 1; j < parts.size(); ++j) one.sections.insert(split(parts[j]));
    cases.push_back(std::move(one));
  }
  return cases;
}

}  // namespace hoplab::aws
