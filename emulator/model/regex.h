// A regular expression of a rule, compiled: RE2's dialect without what AWS's lacks.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-rules.html
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace re2 {
class RE2;
}

namespace hoplab::model {

/// Finds in time that is linear in the text. Texts are bytes: there is no Unicode in AWS's dialect.
class Regex {
 public:
  enum class Letters : std::uint8_t { exact, any_case };

  explicit Regex(std::string_view pattern, Letters letters = Letters::exact);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  /// Why it can find nothing, a clause for people; empty: it is good.
  [[nodiscard]] const std::string& wrong() const noexcept { return wrong_; }
  /// How many groups it has; the whole is none.
  [[nodiscard]] std::size_t groups() const noexcept;
  /// Whether it is found anywhere in `text`.
  [[nodiscard]] bool found_in(std::string_view text) const noexcept;
  /// The first place where it is found, and those of its groups; one that took no part has no data.
  /// Empty: it is not found.
  [[nodiscard]] std::vector<std::string_view> find_in(std::string_view text) const;

 private:
  std::string wrong_;
  std::unique_ptr<const re2::RE2> compiled_;  // null: it is wrong
};

}  // namespace hoplab::model
