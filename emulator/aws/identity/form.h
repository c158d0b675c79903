// Parameters of a query or of a body of type application/x-www-form-urlencoded (WHATWG URL).
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hoplab::aws {

class Form {
 public:
  Form() = default;
  explicit Form(std::string_view encoded);

  /// The first value of that name; empty: there is none, or it has none.
  [[nodiscard]] const std::string& get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const;
  /// A name that stands there twice, which RFC 6749 3.1 and 3.2 do not allow; empty: none does.
  [[nodiscard]] std::string repeated() const;
  void set(std::string_view name, std::string_view value);
  void remove(std::string_view name);
  [[nodiscard]] std::string encoded() const;

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

/// `url` with one more parameter in its query.
std::string with_parameter(std::string url, std::string_view name, std::string_view value);

}  // namespace hoplab::aws
