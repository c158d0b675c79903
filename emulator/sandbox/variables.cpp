#include "sandbox/variables.h"

#include <set>

#include "sandbox/environment.h"

namespace hoplab::sandbox {

namespace {

using Variables = std::vector<std::pair<std::string, std::string>>;

/// Each by its name; one alone is what AWS's SDKs sign with. Without a token that is said, too: one
/// of the shell around would be sent with this key.
void add_access_keys(const model::Topology& topology, Variables& all) {
  for (const model::AccessKey& key : topology.access_keys) {
    const std::string part = "_" + variable_part(key.name);
    all.emplace_back("HOPLAB_ACCESS_KEY_ID" + part, key.access_key_id);
    all.emplace_back("HOPLAB_SECRET_ACCESS_KEY" + part, key.secret_access_key);
    all.emplace_back("HOPLAB_SESSION_TOKEN" + part, key.session_token);
  }
  if (topology.access_keys.size() != 1) return;
  const model::AccessKey& key = topology.access_keys.front();
  all.emplace_back("AWS_ACCESS_KEY_ID", key.access_key_id);
  all.emplace_back("AWS_SECRET_ACCESS_KEY", key.secret_access_key);
  all.emplace_back("AWS_SESSION_TOKEN", key.session_token);
}

}  // namespace

std::vector<std::pair<std::string, std::string>> variables_of(const Emulator& emulator,
                                                              const std::string& admin) {
  // Nothing: there is no way in yet.
  const auto endpoints = emulator.endpoints();
  const EndpointAddress entry = endpoints.empty() ? EndpointAddress() : endpoints.front();
  std::vector<std::pair<std::string, std::string>> all{
      {"HOPLAB_URL", emulator.url()},
      {"HOPLAB_NAME", entry.dns_name},
      {"HOPLAB_ADDRESS", entry.address},
      {"HOPLAB_PORT", std::to_string(entry.port)},
      {"HOPLAB_CA_BUNDLE", emulator.ca_bundle()},
      {"HOPLAB_TRUSTSTORE", emulator.java_trust_store()},
      {"HOPLAB_OUT", emulator.out()},
      {"HOPLAB_ADMIN", admin}};
  for (const auto& [name, files] : emulator.certificates()) {
    const std::string part = variable_part(name);
    all.emplace_back("HOPLAB_CERT_" + part, files.cert);
    all.emplace_back("HOPLAB_KEY_" + part, files.key);
    all.emplace_back("HOPLAB_P12_" + part, files.p12);
  }
  add_access_keys(*emulator.topology(), all);
  std::set<std::string> seen;
  for (const EndpointAddress& one : endpoints) {
    if (!seen.insert(one.name).second) continue;  // its other zones and ports
    const std::string part = "HOPLAB_ENTRY_" + variable_part(one.name);
    all.emplace_back(part + "_NAME", one.client_name);
    all.emplace_back(part + "_ADDRESS", one.address);
    all.emplace_back(part + "_PORT", std::to_string(one.port));
  }
  return all;
}

}  // namespace hoplab::sandbox
