#include "aws/iam/policy_text.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/glob.h"
#include "http/h1/http1_chars.h"

namespace hoplab::aws {

void PolicyText::append(std::string_view text, bool wildcards) {
  for (const char c : text) {
    const Kind kind = c == '*' ? Kind::any_run : c == '?' ? Kind::any_one : Kind::literal;
    parts_.push_back({c, wildcards ? kind : Kind::literal});
  }
}

Result<void> PolicyText::take_variable(std::string_view inside, bool callers_sign) {
  if (inside == "*" || inside == "?" || inside == "$") {
    append(inside, false);
    return {};
  }
  const auto comma = inside.find(',');
  const auto key = ConditionKey::find(http::chars::trim(inside.substr(0, comma)), callers_sign);
  if (!key) return Error{"policy variable: " + key.error()};
  if (key.value().type() == KeyType::texts) {
    return Error{"policy variable ${" + std::string(inside) + "}: the key has several values"};
  }
  Variable variable{parts_.size(), key.value(), std::nullopt};
  if (comma != std::string_view::npos) {
    const auto otherwise = http::chars::trim(inside.substr(comma + 1));
    if (otherwise.size() < 2 || !otherwise.starts_with('\'') || !otherwise.ends_with('\'')) {
      return Error{"policy variable ${" + std::string(inside) +
                   "}: its default has no single quotes around it"};
    }
    variable.otherwise = otherwise.substr(1, otherwise.size() - 2);
  }
  variables_.push_back(std::move(variable));
  return {};
}

Result<PolicyText> PolicyText::compile(std::string_view text, bool variables, bool callers_sign) {
  PolicyText compiled;
  while (variables) {
    const auto start = text.find("${");
    if (start == std::string_view::npos) break;
    const auto end = text.find('}', start);
    if (end == std::string_view::npos) {
      return Error{"policy variable in \"" + std::string(text) + "\" has no end"};
    }
    compiled.append(text.substr(0, start), true);
    const auto taken =
        compiled.take_variable(text.substr(start + 2, end - start - 2), callers_sign);
    if (!taken) return taken.failure();
    text.remove_prefix(end + 1);
  }
  compiled.append(text, true);
  for (const Part& part : compiled.parts_) compiled.characters_ += part.character;
  return compiled;
}

const PolicyText::Parts* PolicyText::filled_in(const RequestContext& request, Parts& filled) const {
  if (variables_.empty()) return &parts_;
  std::size_t done = 0;
  const auto copy_until = [&](std::size_t end) {
    filled.insert(filled.end(), parts_.begin() + static_cast<std::ptrdiff_t>(done),
                  parts_.begin() + static_cast<std::ptrdiff_t>(end));
    done = end;
  };
  for (const Variable& variable : variables_) {
    copy_until(variable.at);
    auto value = variable.key.variable(request);
    if (!value) value = variable.otherwise;
    if (!value) return nullptr;
    for (const char c : *value) filled.push_back({c, Kind::literal});
  }
  copy_until(parts_.size());
  return &filled;
}

bool PolicyText::match(const Part* from, const Part* to, std::string_view value) noexcept {
  return glob_match(
      static_cast<std::size_t>(to - from), value,
      [from](std::size_t at) { return from[at].kind == Kind::any_run; },
      [from](std::size_t at, char c) {
        return from[at].kind == Kind::any_one || from[at].character == c;
      });
}

bool PolicyText::equals(std::string_view value, const RequestContext& request) const {
  if (variables_.empty()) return value == characters_;
  Parts filled;
  const Parts* const parts = filled_in(request, filled);
  return parts != nullptr &&
         std::ranges::equal(*parts, value, {}, [](const Part& part) { return part.character; });
}

bool PolicyText::equals_ignoring_case(std::string_view value, const RequestContext& request) const {
  Parts filled;
  const Parts* const parts = filled_in(request, filled);
  return parts != nullptr &&
         std::ranges::equal(
             *parts, value, {}, [](const Part& part) { return lower_case(part.character); },
             [](char c) { return lower_case(c); });
}

bool PolicyText::like(std::string_view value, const RequestContext& request) const {
  Parts filled;
  const Parts* const parts = filled_in(request, filled);
  return parts != nullptr && match(parts->data(), parts->data() + parts->size(), value);
}

bool PolicyText::arn_like(std::string_view value, const RequestContext& request) const {
  Parts filled;
  const Parts* const parts = filled_in(request, filled);
  if (parts == nullptr) return false;
  const Part* from = parts->data();
  const Part* const end = from + parts->size();
  constexpr int kColons = 5;
  for (int i = 0; i < kColons; ++i) {
    const Part* const colon =
        std::find_if(from, end, [](const Part& part) { return part.character == ':'; });
    const auto value_colon = value.find(':');
    if (colon == end || value_colon == std::string_view::npos) return false;
    if (!match(from, colon, value.substr(0, value_colon))) return false;
    from = colon + 1;
    value.remove_prefix(value_colon + 1);
  }
  return match(from, end, value);
}

}  // namespace hoplab::aws
