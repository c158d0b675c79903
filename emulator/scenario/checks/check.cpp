// The words of checks.
#include "scenario/checks/check.h"

#include "pki/verdict.h"

namespace hoplab::scenario {

bool like(std::string_view pattern, std::string_view text) noexcept {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;  // the last *, and where it may grow from
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string_view end_word(EndKind end) noexcept {
  switch (end) {
    case EndKind::fin: return "closed";
    case EndKind::rst: return "reset";
    case EndKind::silence: return "silence";
  }
  return "";
}

std::vector<std::pair<std::string_view, Reason>> causes() {
  std::vector<std::pair<std::string_view, Reason>> all;
  for (int i = 0; i <= static_cast<int>(Reason::emulator_stopped); ++i) {
    const auto reason = static_cast<Reason>(i);
    all.emplace_back(to_text(reason), reason);
  }
  return all;
}

const std::vector<std::string_view>& verify_statuses() {
  static const std::vector<std::string_view> all = [] {
    std::vector<std::string_view> texts;
    for (int i = 0; i <= static_cast<int>(pki::VerifyStatus::unmapped_connection_error); ++i) {
      texts.push_back(pki::to_log_text(static_cast<pki::VerifyStatus>(i)));
    }
    return texts;
  }();
  return all;
}

}  // namespace hoplab::scenario
