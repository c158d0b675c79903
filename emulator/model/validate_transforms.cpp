// Transforms: AWS "Transforms for listener rules".
#include <algorithm>

#include "model/regex.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

constexpr std::size_t kLongestText = 1024;

std::string_view word(Transform::Type type) {
  return type == Transform::Type::url_rewrite ? "url-rewrite" : "host-header-rewrite";
}

std::string_view config(Transform::Type type) {
  return type == Transform::Type::url_rewrite ? "UrlRewriteConfig" : "HostHeaderRewriteConfig";
}

void validate_transform(const Transform& one, const std::string& path, Findings& findings) {
  const std::string rewrite = at(at(at(path, config(one.type)), "Rewrites"), std::size_t{0});
  const std::string wrong = one.regex.size() > kLongestText
                                ? "a regular expression has at most 1024 characters"
                                : Regex(one.regex).wrong();
  if (!wrong.empty()) findings.add(at(rewrite, "Regex"), in_quotes(one.regex), wrong);
  if (one.replace.size() > kLongestText) {
    findings.add(at(rewrite, "Replace"), in_quotes(one.replace),
                 "a replacement has at most 1024 characters");
  }
}

}  // namespace

void validate_transforms(const Rule& rule, const std::string& path, Findings& findings) {
  const auto& all = rule.transforms;
  if (all.empty()) return;
  const std::string list = at(path, "Transforms");
  if (rule.action.type != Action::Type::forward) {
    findings.add(list, {}, "a rule that does not forward has nothing to transform");
  }
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto end = all.begin() + static_cast<std::ptrdiff_t>(i);
    const auto same = [&](const Transform& other) { return other.type == all[i].type; };
    if (std::any_of(all.begin(), end, same)) {
      findings.add(at(list, i), "a second " + std::string(word(all[i].type)),
                   "a rule has at most one of this kind");
    }
    validate_transform(all[i], at(list, i), findings);
  }
}

}  // namespace hoplab::model
