// What the tests of the ALB's pure parts share: short ways to write requests and to read fields.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "http/message.h"

namespace hoplab::aws::lab {

inline constexpr Time kNow{std::chrono::seconds(1'777'135'516)};  // Sat, 25 Apr 2026 16:45:16 GMT

/// Fills `request`, which cannot be copied. Texts are literals.
inline void fill(http::Request& request, std::initializer_list<http::Field> fields,
                 std::string_view target = "/", http::Version version = http::Version::http11) {
  request.method = "GET";
  request.target = target;
  request.version = version;
  for (const http::Field& field : fields) request.headers.add(field.name, field.value);
  request.authority = request.headers.get("Host");
}

/// "Name: value" lines.
inline std::string dump(const http::Headers& headers) {
  std::string out;
  for (const http::Field& field : headers.fields()) {
    out.append(field.name).append(": ").append(field.value).append("\n");
  }
  return out;
}

/// The values of that exact name, in its case, joined by " | ".
inline std::string all(const http::Headers& headers, std::string_view name) {
  std::string out;
  for (const http::Field& field : headers.fields()) {
    if (field.name != name) continue;
    if (!out.empty()) out += " | ";
    out += field.value;
  }
  return out;
}

inline bool has(const http::Headers& headers, std::string_view name) {
  return headers.find(name) != nullptr;
}

}  // namespace hoplab::aws::lab
