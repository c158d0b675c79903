// Texts one after the other, with something between them.
#pragma once

#include <string>
#include <vector>

namespace hoplab {

inline std::string joined(const std::vector<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

}  // namespace hoplab
