#include "aws/identity/form.h"

#include <algorithm>
#include <set>

#include "base/percent.h"

namespace hoplab::aws {

namespace {

using FormValue = std::pair<std::string, std::string>;

}  // namespace

std::string form_decoded(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '+', ' ');
  return percent_decoded(spaced);
}

Form::Form(std::string_view encoded) {
  while (!encoded.empty()) {
    const std::string_view pair = encoded.substr(0, encoded.find('&'));
    encoded.remove_prefix(std::min(encoded.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    values_.emplace_back(form_decoded(pair.substr(0, equals)),
                         form_decoded(pair.substr(std::min(equals + 1, pair.size()))));
  }
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
