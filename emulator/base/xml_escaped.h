// Text as XML takes it, between tags and within double quotes.
#pragma once

#include <string>
#include <string_view>

namespace hoplab {

/// XML 1.0 has no control characters but these, not even escaped: the others become '?'. UTF-8
/// stays as it is.
inline std::string xml_escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

}  // namespace hoplab
