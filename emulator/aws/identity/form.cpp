#include "aws/identity/form.h"

#include <algorithm>
#include <set>

#include "aws/stub/query.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

using FormValue = std::pair<std::string, std::string>;

}  // namespace

Form::Form(std::string_view encoded) {
  each_query_parameter(encoded, [&](std::string_view name, std::string_view value) {
    values_.emplace_back(form_decoded(name), form_decoded(value));
  });
}

const std::string& Form::get(std::string_view name) const {
  static const std::string kNone;
  const auto found = std::ranges::find(values_, name, &FormValue::first);
  return found == values_.end() ? kNone : found->second;
}

bool Form::has(std::string_view name) const {
  return std::ranges::find(values_, name, &FormValue::first) != values_.end();
}

std::string Form::repeated() const {
  std::set<std::string_view> seen;
  for (const auto& [name, value] : values_) {
    if (!seen.insert(name).second) return name;
  }
  return {};
}

void Form::set(std::string_view name, std::string_view value) {
  remove(name);
  values_.emplace_back(name, value);
}

void Form::remove(std::string_view name) {
  std::erase_if(values_, [name](const FormValue& one) { return one.first == name; });
}

std::string Form::encoded() const {
  std::string text;
  for (const auto& [name, value] : values_) {
    text += (text.empty() ? "" : "&") + percent_encoded(name) + "=" + percent_encoded(value);
  }
  return text;
}

std::string with_parameter(std::string url, std::string_view name, std::string_view value) {
  url += url.find('?') == std::string::npos ? '?' : '&';
  return url + percent_encoded(name) + "=" + percent_encoded(value);
}

}  // namespace hoplab::aws
