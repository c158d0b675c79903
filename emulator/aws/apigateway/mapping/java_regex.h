// java.util.regex for the methods of strings: RE2's dialect, which is Java's without what looks
// around, back references and possessive quantifiers. Time is linear in the text.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace hoplab::aws::vtl {

class JavaRegex {
 public:
  /// `flags`: "i" for letters of any case; others say nothing.
  explicit JavaRegex(std::string_view pattern, std::string_view flags = {});
  JavaRegex(JavaRegex&&) noexcept;
  JavaRegex& operator=(JavaRegex&&) noexcept;
  ~JavaRegex();

  /// Why it is none; empty: it is good.
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }

  [[nodiscard]] bool matches_all(std::string_view text) const;
  enum class Which : bool { first, all };
  /// With $1 and \$ in `replacement`, as Matcher.appendReplacement reads them. Stops at `longest`.
  [[nodiscard]] std::string replaced(std::string_view text, std::string_view replacement,
                                     Which which, std::size_t longest) const;
  /// As String.split: at most `limit` parts; 0: all, without empty ones at the end.
  [[nodiscard]] std::vector<std::string_view> split(std::string_view text, std::size_t limit) const;

 private:
  [[nodiscard]] std::vector<std::string_view> find(std::string_view text, std::size_t from) const;

  std::string wrong_;
  std::unique_ptr<const re2::RE2> compiled_;  // null: it is wrong
};

}  // namespace hoplab::aws::vtl
