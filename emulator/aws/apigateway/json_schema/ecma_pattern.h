// The regular expressions of JSON Schema: ECMA 262's, found in time that is linear in the text.
//
// RE2 evaluates them, over code points, so lookarounds and backreferences, which ECMA 262 has, are
// errors here.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace re2 {
class RE2;
}

namespace hoplab::aws::json_schema {

class EcmaPattern {
 public:
  /// The error is a clause for people.
  static Result<EcmaPattern> compile(std::string_view pattern);

  /// Whether it is found anywhere in `text`.
  [[nodiscard]] bool found_in(std::string_view text) const noexcept;
  /// As it was written.
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  EcmaPattern(std::string text, std::shared_ptr<const re2::RE2> compiled)
      : text_(std::move(text)), compiled_(std::move(compiled)) {}

  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace hoplab::aws::json_schema
