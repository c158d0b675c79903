// Trust stores: authorities exist, and revocation lists come from authorities that issue one.
#include <algorithm>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// Where the i-th name of a list stands: files may stand between names, so the place is the list.
void repeated(const std::vector<std::string>& names, const std::string& path, Findings& findings) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto end = names.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(names.begin(), end, names[i]) != end) {
      findings.add(path, in_quotes(names[i]), "it stands twice in the list");
    }
  }
}

bool issues_crl(const Topology& topology, const CertificateAuthority& authority) {
  const auto revoked = [&](const Certificate& one) {
    return one.revoked && one.issuer == authority.name;
  };
  const auto& certificates = topology.pki.certificates;
  return authority.crl || std::any_of(certificates.begin(), certificates.end(), revoked);
}

void validate_revocation(const Topology& topology, const TrustStore& store, const std::string& name,
                         const std::string& path, Findings& findings) {
  const auto* authority =
      refer(topology.pki.authorities, name, "authority", kAuthorities, path, findings);
  if (authority == nullptr) return;
  if (!issues_crl(topology, *authority)) {
    findings.add({path,
                  in_quotes(name),
                  "the authority issues no revocation list; give it \"crl\": true",
                  {},
                  at(kAuthorities, name)});
  }
  const auto& bundle = store.ca_certificates;
  if (store.ca_files.empty() && store.ca_pem.empty() &&
      std::find(bundle.begin(), bundle.end(), name) == bundle.end()) {
    findings.add(path, in_quotes(name),
                 "InvalidRevocationContent: the list's issuer is not in CaCertificatesBundle");
  }
}

}  // namespace

void validate_trust_stores(const Topology& topology, Findings& findings) {
  for (const auto& store : topology.trust_stores) {
    const std::string path = at("/TrustStores", store.name);
    const std::string bundle = at(path, "CaCertificatesBundle");
    for (const std::string& name : store.ca_certificates) {
      refer(topology.pki.authorities, name, "authority", kAuthorities, bundle, findings);
    }
    repeated(store.ca_certificates, bundle, findings);
    const std::string revocations = at(path, "Revocations");
    std::vector<std::string> authorities;
    for (const RevocationList& list : store.revocations) {
      if (list.authority.empty()) continue;
      validate_revocation(topology, store, list.authority, revocations, findings);
      authorities.push_back(list.authority);
    }
    repeated(authorities, revocations, findings);
  }
}

}  // namespace hoplab::model
