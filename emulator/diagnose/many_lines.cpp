#include "diagnose/many_lines.h"

#include <algorithm>
#include <map>

#include "diagnose/recognise.h"

namespace hoplab::diagnose {

namespace {

/// A stack trace or the words of `curl -v` are shorter.
constexpr std::size_t kLongestStory = 60;
/// Groups that differ in what somebody would do next are few.
constexpr std::size_t kLongestFirst = 400;

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.find_first_not_of(" \t") != std::string_view::npos) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

/// What two causes have in common when they are the same one.
std::string key_of(const std::vector<Finding>& causes) {
  if (causes.empty()) return {};
  return causes.front().known_case ? causes.front().known_case->file : causes.front().code->code;
}

}  // namespace

std::vector<LineGroup> grouped(const Diagnosis& diagnosis, const Question& known,
                               std::string_view text) {
  const auto lines = lines_of(text);
  if (lines.size() < 2) return {};
  if (lines.size() <= kLongestStory && std::ranges::none_of(lines, is_log_line)) return {};
  std::vector<LineGroup> groups;
  std::map<std::string, std::size_t> by_cause;               // to its place among the groups
  std::map<scenario::Facts, std::vector<Finding>> by_facts;  // a log has few different lines
  for (const std::string_view line : lines) {
    Question question = known;
    question.text = line;
    const scenario::Facts facts = recognise(line);
    auto found = by_facts.find(facts);
    if (found == by_facts.end()) {
      auto causes = facts.empty() ? std::vector<Finding>() : diagnosis.of(question);
      std::erase_if(causes, [](const Finding& one) { return one.likelihood < kLeastLikelihood; });
      found = by_facts.emplace(facts, std::move(causes)).first;
    }
    const auto [place, is_new] = by_cause.emplace(key_of(found->second), groups.size());
    if (is_new) groups.push_back({0, std::string(line.substr(0, kLongestFirst)), found->second});
    ++groups[place->second].lines;
  }
  std::ranges::stable_sort(groups, std::greater(), &LineGroup::lines);
  return groups;
}

}  // namespace hoplab::diagnose
