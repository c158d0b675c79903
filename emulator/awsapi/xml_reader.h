// Reads the small XML documents that requests to S3 and Route 53 have. No document type, no
// processing beyond the five predefined entities and character references: nothing to expand.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hoplab::awsapi {

struct XmlElement {
  std::string name;  // without its prefix
  std::string text;  // what stands directly in it
  std::vector<XmlElement> children;

  /// Null: there is none of that name.
  [[nodiscard]] const XmlElement* child(std::string_view name) const noexcept;
  /// Its text; empty where it is absent.
  [[nodiscard]] std::string_view text_of(std::string_view name) const noexcept;
};

struct XmlLimits {
  std::size_t depth = 32;
  std::size_t elements = 20'000;
};

/// The root element. Attributes are read over.
Result<XmlElement> read_xml(std::string_view document, const XmlLimits& limits);

}  // namespace hoplab::awsapi
