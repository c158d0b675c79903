#include "aws/apigateway/mapping/java_regex.h"

#include <re2/re2.h>
#include <re2/stringpiece.h>

#include <algorithm>

#include "aws/stub/json_text.h"
#include "base/ascii.h"

namespace hoplab::aws::vtl {

namespace {

constexpr int kMaxProgram = 1 << 20;  // bytes

re2::RE2::Options options(std::string_view flags) {
  re2::RE2::Options options;
  options.set_case_sensitive(flags.find('i') == std::string_view::npos);
  options.set_log_errors(false);
  options.set_max_mem(kMaxProgram);
  return options;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

/// Where to look after a match that ends at `end`: an empty one would be found again.
std::size_t next_start(std::string_view text, std::string_view match, std::size_t end) {
  if (!match.empty() || end >= text.size()) return match.empty() ? end + 1 : end;
  return end + std::max<std::size_t>(utf8_length(text.substr(end)), 1);
}

void append_replacement(std::string& out, std::string_view replacement,
                        const std::vector<std::string_view>& groups) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c == '\\' && next != '\0') {
      out += next;
      ++i;
    } else if (c == '$' && is_digit(next)) {
      const auto group = static_cast<std::size_t>(next - '0');
      if (group < groups.size()) out += groups[group];
      ++i;
    } else {
      out += c;
    }
  }
}

}  // namespace

JavaRegex::JavaRegex(std::string_view pattern, std::string_view flags) {
  auto compiled = std::make_unique<const re2::RE2>(piece(pattern), options(flags));
  if (compiled->ok()) {
    compiled_ = std::move(compiled);
  } else {
    wrong_ =
        "it is no regular expression that can be used here: " + compiled->error().substr(0, 80);
  }
}

JavaRegex::JavaRegex(JavaRegex&&) noexcept = default;
JavaRegex& JavaRegex::operator=(JavaRegex&&) noexcept = default;
JavaRegex::~JavaRegex() = default;

bool JavaRegex::matches_all(std::string_view text) const {
  return compiled_ &&
         compiled_->Match(piece(text), 0, text.size(), re2::RE2::ANCHOR_BOTH, nullptr, 0);
}

/// The first match at or after `from`, and its groups; empty: there is none.
std::vector<std::string_view> JavaRegex::find(std::string_view text, std::size_t from) const {
  if (!compiled_ || from > text.size()) return {};
  std::vector<re2::StringPiece> found(
      static_cast<std::size_t>(compiled_->NumberOfCapturingGroups()) + 1);
  if (!compiled_->Match(piece(text), from, text.size(), re2::RE2::UNANCHORED, found.data(),
                        static_cast<int>(found.size()))) {
    return {};
  }
  std::vector<std::string_view> groups;
  groups.reserve(found.size());
  for (const re2::StringPiece& one : found) groups.emplace_back(one.data(), one.size());
  return groups;
}

std::string JavaRegex::replaced(std::string_view text, std::string_view replacement, Which which,
                                std::size_t longest) const {
  std::string out;
  std::size_t copied = 0;
  std::size_t from = 0;
  while (out.size() <= longest) {
    const auto groups = find(text, from);
    if (groups.empty()) break;
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    out += text.substr(copied, begin - copied);
    append_replacement(out, replacement, groups);
    copied = begin + groups[0].size();
    from = next_start(text, groups[0], copied);
    if (which == Which::first) break;
  }
  return out += text.substr(copied);
}

std::vector<std::string_view> JavaRegex::split(std::string_view text, std::size_t limit) const {
  std::vector<std::string_view> parts;
  std::size_t copied = 0;
  std::size_t from = 0;
  while (limit == 0 || parts.size() + 1 < limit) {
    const auto groups = find(text, from);
    if (groups.empty()) break;
    const auto begin = static_cast<std::size_t>(groups[0].data() - text.data());
    const std::size_t end = begin + groups[0].size();
    from = next_start(text, groups[0], end);
    if (groups[0].empty() && (begin == 0 || begin >= text.size())) continue;  // no part by itself
    parts.push_back(text.substr(copied, begin - copied));
    copied = end;
  }
  parts.push_back(text.substr(copied));
  if (parts.size() == 1) return parts;
  while (limit == 0 && !parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

}  // namespace hoplab::aws::vtl
