// The words of checks.
#include "scenario/checks/check.h"

#include "pki/verdict.h"

namespace hoplab::scenario {

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
