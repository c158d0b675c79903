// PKI: issuers exist and are not their own ancestors, validity runs forward, revocation has a list.
#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

template <class T>
void validate_validity(const T& one, const std::string& path, Findings& findings) {
  if (one.not_after_s > one.not_before_s) return;
  findings.add(path, {}, "its validity ends before it begins");
}

/// Follows issuers upwards; a chain longer than there are authorities is a circle.
bool in_a_circle(const Topology& topology, const CertificateAuthority& start) {
  const auto& all = topology.pki.authorities;
  const CertificateAuthority* one = &start;
  for (std::size_t step = 0; step <= all.size(); ++step) {
    if (one == nullptr || !one->issuer) return false;
    one = Topology::find(all, *one->issuer);
  }
  return true;
}

void validate_authority(const Topology& topology, const CertificateAuthority& one,
                        Findings& findings) {
  const std::string path = at(kAuthorities, one.name);
  validate_validity(one, path, findings);
  if (one.name == "self") {
    findings.add(path, "\"self\"", "as an issuer, self says that a certificate signs itself");
  }
  if (!one.issuer) return;
  refer(topology.pki.authorities, *one.issuer, "authority", kAuthorities, at(path, "issuer"),
        findings);
  if (in_a_circle(topology, one)) {
    findings.add(at(path, "issuer"), in_quotes(*one.issuer), "its issuers lead back to themselves");
  }
}

void validate_certificate(const Topology& topology, const Certificate& one, Findings& findings) {
  const std::string path = at("/pki/certificates", one.name);
  validate_validity(one, path, findings);
  refer(topology.pki.authorities, one.issuer, "authority", kAuthorities, at(path, "issuer"),
        findings);
  if (one.revoked && one.issuer.empty()) {
    findings.add(at(path, "revoked"), "true",
                 one.files.empty()
                     ? "a self-signed certificate has no authority that could revoke it"
                     : "issuer does not say whose revocation list has it");
  }
}

}  // namespace

void validate_pki(const Topology& topology, Findings& findings) {
  for (const auto& one : topology.pki.authorities) validate_authority(topology, one, findings);
  for (const auto& one : topology.pki.certificates) validate_certificate(topology, one, findings);
}

}  // namespace hoplab::model
