// Identity providers: their hosts are told apart by name, and who plays one knows its clients.
#include <algorithm>
#include <map>
#include <set>

#include "model/https_url.h"
#include "model/text_rule.h"
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

void validate_hosts(const IdentityProvider& provider, const std::string& path,
                    std::map<std::string, std::string>& owners, Findings& findings) {
  for (std::size_t i = 0; i < provider.domain_names.size(); ++i) {
    const std::string& host = provider.domain_names[i];
    const std::string here = at(at(path, "DomainNames"), i);
    const bool good = rules::kDnsName.matches(host) && !host.starts_with('*') &&
                      std::ranges::none_of(host, [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!good) {
      findings.add(here, in_quotes(host), "it takes a host's name in lower case");
      continue;
    }
    const auto [owner, fresh] = owners.emplace(host, provider.name);
    if (fresh) continue;
    findings.add(here, in_quotes(host),
                 owner->second == provider.name ? "it stands twice in the list"
                                                : "it is a name of " + owner->second + " already");
  }
}

void validate_issuer(const IdentityProvider& provider, const std::string& path,
                     Findings& findings) {
  if (provider.issuer.empty()) {
    findings.add({path, {}, "it needs Issuer: its name is no domain name", {}, at(path, "Issuer")});
    return;
  }
  const auto url = parse_https_url(provider.issuer);
  if (!url || url->path.find('?') != std::string::npos) {
    findings.add(at(path, "Issuer"), in_quotes(provider.issuer),
                 "it takes an https URL without a query, such as https://login.example.com");
    return;
  }
  if (std::ranges::find(provider.domain_names, url->host) != provider.domain_names.end()) return;
  findings.add(at(path, "DomainNames"), in_quotes(url->host),
               "the issuer's host is one of them: its keys are there");
}

/// What a client may give as where to go: an absolute URL (RFC 6749 3.1.2).
bool is_redirection(const std::string& url) {
  return url.find("://") != std::string::npos && url.find('#') == std::string::npos &&
         std::ranges::none_of(url, [](char c) { return c <= ' ' || c > '~'; });
}

void validate_clients(const IdentityProvider& provider, const std::string& path,
                      Findings& findings) {
  std::set<std::string> seen;
  for (std::size_t i = 0; i < provider.clients.size(); ++i) {
    const IdentityProvider::Client& client = provider.clients[i];
    const std::string here = at(at(path, "Clients"), i);
    if (!seen.insert(client.client_id).second) {
      findings.add(at(here, "ClientId"), in_quotes(client.client_id), "another client has it");
    }
    for (const auto& [name, urls] : {std::pair("CallbackUrls", &client.callback_urls),
                                     std::pair("LogoutUrls", &client.logout_urls)}) {
      for (std::size_t k = 0; k < urls->size(); ++k) {
        if (is_redirection((*urls)[k])) continue;
        findings.add(at(at(here, name), k), in_quotes((*urls)[k]),
                     "it takes an absolute URL without a fragment");
      }
    }
  }
}

void validate_played(const IdentityProvider& provider, const std::string& path,
                     Findings& findings) {
  if (provider.clients.empty()) {
    findings.add({path,
                  {},
                  "it has Address, where a program of this machine is the provider, or Clients, "
                  "which hoplab plays it for",
                  {},
                  at(path, "Clients")});
  }
  validate_clients(provider, path, findings);
  std::set<std::string> subjects, paths;
  for (std::size_t i = 0; i < provider.users.size(); ++i) {
    const std::string& subject = provider.users[i].subject;
    if (subjects.insert(subject).second) continue;
    findings.add(at(at(at(path, "Users"), i), "Subject"), in_quotes(subject),
                 "another user has it");
  }
  for (const auto& [name, its] : {std::pair("AuthorizationPath", &provider.authorization_path),
                                  std::pair("TokenPath", &provider.token_path),
                                  std::pair("UserInfoPath", &provider.user_info_path),
                                  std::pair("LogoutPath", &provider.logout_path)}) {
    if (its->find('?') != std::string::npos) {
      findings.add(at(path, name), in_quotes(*its), "it takes a path without a query");
    }
    if (paths.insert(*its).second) continue;
    findings.add(at(path, name), in_quotes(*its), "another endpoint has this path");
  }
  if (provider.signing_keys.empty()) {
    findings.add(at(path, "SigningKeys"), {}, "tokens are signed with the first one: name one");
  }
  std::set<std::string> keys;
  for (std::size_t i = 0; i < provider.signing_keys.size(); ++i) {
    if (keys.insert(provider.signing_keys[i]).second) continue;
    findings.add(at(at(path, "SigningKeys"), i), in_quotes(provider.signing_keys[i]),
                 "it stands twice in the list");
  }
}

void validate_program(const IdentityProvider& provider, const std::string& path,
                      Findings& findings) {
  if (!rules::kUpstream.matches(provider.address)) {
    findings.add(at(path, "Address"), in_quotes(provider.address),
                 "it takes " + std::string(rules::kUpstream.says));
  }
  for (const auto& [name, given] : {std::pair("Clients", !provider.clients.empty()),
                                    std::pair("Users", !provider.users.empty())}) {
    if (given) {
      findings.add(at(path, name), {}, "the program at Address knows its own");
    }
  }
}

}  // namespace

void validate_identity_providers(const Topology& topology, Findings& findings) {
  std::map<std::string, std::string> owners;  // of hosts
  for (const IdentityProvider& provider : topology.identity_providers) {
    const std::string path = at(kIdentityProviders, provider.name);
    validate_issuer(provider, path, findings);
    validate_hosts(provider, path, owners, findings);
    if (provider.played()) {
      validate_played(provider, path, findings);
    } else {
      validate_program(provider, path, findings);
    }
  }
}

}  // namespace hoplab::model
