#include "http/cookies.h"

#include "base/ascii.h"
#include "http/h1/http1_chars.h"

namespace hoplab::http {

namespace {

/// The value in `pair`, which is "name=value"; nothing when the name is another.
std::optional<std::string_view> value_in(std::string_view pair, std::string_view name) {
  const auto equals = pair.find('=');
  if (equals == std::string_view::npos || chars::trim(pair.substr(0, equals)) != name) {
    return std::nullopt;
  }
  return chars::trim(pair.substr(equals + 1));
}

}  // namespace

std::optional<std::string_view> find_cookie(const Headers& headers, std::string_view name) {
  for (const Field& field : headers.fields()) {
    if (!iequals(field.name, "cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      if (const auto value = value_in(rest.substr(0, end), name)) return value;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return std::nullopt;
}

bool sets_cookie(const Headers& headers, std::string_view name) {
  for (const Field& field : headers.fields()) {
    if (!iequals(field.name, "set-cookie")) continue;
    if (value_in(field.value.substr(0, field.value.find(';')), name)) return true;
  }
  return false;
}

}  // namespace hoplab::http
