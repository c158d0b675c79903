#include "sandbox/names.h"

#include <unistd.h>

#include <algorithm>
#include <map>

namespace hoplab::sandbox {

std::vector<std::pair<std::string, std::vector<std::string>>> names_of(
    const std::vector<EndpointAddress>& endpoints) {
  std::vector<std::pair<std::string, std::vector<std::string>>> all;
  std::map<std::string, std::string> owners;  // of names: whose they are
  for (const EndpointAddress& endpoint : endpoints) {
    for (const std::string& name : endpoint.names) {
      if (owners.emplace(name, endpoint.name).first->second != endpoint.name) continue;
      auto at =
          std::ranges::find(all, name, &std::pair<std::string, std::vector<std::string>>::first);
      if (at == all.end()) at = all.insert(all.end(), {name, {}});
      if (std::ranges::find(at->second, endpoint.address) == at->second.end()) {
        at->second.push_back(endpoint.address);
      }
    }
  }
  return all;
}

std::string hosts_file(const std::vector<std::pair<std::string, std::vector<std::string>>>& names) {
  std::string text = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";
  char own[256] = "";
  if (::gethostname(own, sizeof own - 1) == 0 && own[0] != '\0') {
    text += std::string("127.0.0.1 ") + own + "\n";
  }
  for (const auto& [name, addresses] : names) {
    for (const std::string& address : addresses) text += address + " " + name + "\n";
  }
  return text;
}

}  // namespace hoplab::sandbox
