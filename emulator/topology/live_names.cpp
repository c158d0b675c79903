#include "topology/live_names.h"

#include "base/ascii.h"

namespace hoplab::topology {

void LiveNames::know(const NameTable& names) {
  std::map<std::string, std::vector<std::string>> known;
  for (const auto& [name, addresses] : names) {
    known.try_emplace(lower_case(std::string_view(name)), addresses);
  }
  const std::lock_guard lock(mutex_);
  names_ = std::move(known);
}

void LiveNames::leave_out(std::set<std::string> addresses) {
  const std::lock_guard lock(mutex_);
  out_ = std::move(addresses);
}

std::vector<std::string> LiveNames::resolve(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const std::string wanted = lower_case(name);
  auto known = names_.find(wanted);
  const auto dot = wanted.find('.');
  if (known == names_.end() && dot != std::string::npos) {
    known = names_.find("*" + wanted.substr(dot));
  }
  if (known == names_.end()) return {};
  std::vector<std::string> left = known->second;
  std::erase_if(left, [this](const std::string& one) { return out_.contains(one); });
  return left.empty() ? known->second : left;
}

}  // namespace hoplab::topology
