#include "aws/apigateway/json_schema/ecma_pattern.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>
#include <utility>

#include "base/hex.h"

namespace hoplab::aws::json_schema {

namespace {

/// ECMA's \u00e9 is RE2's \x{00e9}; everything else that both have is written alike.
std::string in_re2(std::string_view pattern) {
  std::string out;
  while (!pattern.empty()) {
    const bool escape = pattern.front() == '\\' && pattern.size() > 1;
    const std::string_view digits = pattern.starts_with("\\u") ? pattern.substr(2, 4) : "";
    const bool code =
        digits.size() == 4 && std::ranges::all_of(digits, [](char c) { return hex_value(c) >= 0; });
    const std::size_t length = code ? 6 : escape ? 2 : 1;
    if (code) {
      out.append("\\x{").append(digits).append("}");
    } else {
      out.append(pattern.substr(0, length));
    }
    pattern.remove_prefix(length);
  }
  return out;
}

}  // namespace

Result<EcmaPattern> EcmaPattern::compile(std::string_view pattern) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  auto compiled = std::make_shared<const re2::RE2>(in_re2(pattern), options);
  if (!compiled->ok()) {
    constexpr std::size_t kLongest = 80;
    return Error{"it is no regular expression that can be evaluated: " +
                 compiled->error().substr(0, kLongest)};
  }
  return EcmaPattern(std::string(pattern), std::move(compiled));
}

bool EcmaPattern::found_in(std::string_view text) const noexcept {
  return compiled_->Match({text.data(), text.size()}, 0, text.size(), re2::RE2::UNANCHORED, nullptr,
                          0);
}

}  // namespace hoplab::aws::json_schema
