// What a topology's PKI section becomes: keys, certificates, revocation lists. Minted at the first
// start, by the emulated clock.
#pragma once

#include <map>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "model/topology.h"
#include "pki/mint.h"
#include "topology/out_folder.h"

namespace hoplab::topology {

/// What has been minted, by its definition: the same definition gives the same thing again, so that
/// a topology that comes back has its keys, serial numbers and lists back.
struct MintMemory {
  std::string folder;  // that keeps identities from run to run (kept_pki.h); empty: none does
  std::map<std::string, pki::Identity> identities;
  std::map<std::string, std::string> revocation_lists;  // PEM
};

/// Whether clients connect to this execute-api endpoint, or a network load balancer passes their
/// own connections on to it, so that their TLS ends there.
bool ends_clients_tls(const model::Topology& topology, const model::VpcEndpoint& endpoint);

class Materials {
 public:
  /// Mints what `memory` does not have, and leaves it there; null: everything is minted.
  static Result<Materials> mint(const model::Topology& topology, Time now,
                                MintMemory* memory = nullptr);

  [[nodiscard]] const pki::Identity& certificate(const std::string& name) const {
    return certificates_.at(name);
  }
  [[nodiscard]] const std::map<std::string, pki::Identity>& certificates() const {
    return certificates_;
  }
  /// Whether `name` is exactly that certificate here, too, and its files are written.
  [[nodiscard]] bool has(const std::string& name, const pki::Identity& identity) const {
    const auto found = certificates_.find(name);
    return found != certificates_.end() && &found->second.state() == &identity.state();
  }
  [[nodiscard]] const pki::Identity& authority(const std::string& name) const {
    return authorities_.at(name);
  }
  /// The list of `authority`, in PEM: what `pki`, of which all this was minted, says is revoked.
  [[nodiscard]] Result<std::string> crl_of(const std::string& authority, const model::Pki& pki,
                                           std::int64_t now, MintMemory* memory = nullptr) const;
  /// AWS's own: what the execute-api endpoint of that name shows clients, where its
  /// ends_clients_tls().
  [[nodiscard]] const pki::Identity& of_endpoint(const std::string& name) const {
    return certificates_.at(endpoint_certificate(name));
  }
  /// What the web site of that name shows clients, where this process ends their TLS: by an
  /// authority like those that browsers know.
  [[nodiscard]] const pki::Identity& of_web_site(const std::string& name) const {
    return certificates_.at(web_site_certificate(name));
  }
  /// With what an identity provider signs tokens, by the key's name there. (The certificate is for
  /// keeping it.)
  [[nodiscard]] std::shared_ptr<EVP_PKEY> token_key(const std::string& provider,
                                                    const std::string& key) const {
    return certificates_.at(token_key_certificate(provider, key)).shared_private_key();
  }
  /// With what the Region's load balancers sign what they tell of users, where people sign in.
  [[nodiscard]] std::shared_ptr<EVP_PKEY> user_claims_key() const {
    return certificates_.at(kUserClaimsKey).shared_private_key();
  }
  /// What clients need to trust the listeners: every root, and self-signed listener certificates.
  [[nodiscard]] const std::string& ca_bundle() const { return ca_bundle_; }

 private:
  /// No scenario can have such a name.
  static std::string endpoint_certificate(const std::string& endpoint) {
    return "execute-api " + endpoint;
  }
  static std::string web_site_certificate(const std::string& site) { return "web-site " + site; }
  static std::string token_key_certificate(const std::string& provider, const std::string& key) {
    return "token-key " + provider + " " + key;
  }
  static constexpr const char* kUserClaimsKey = "user-claims-key of load balancers";
  /// AWS's certificates, as if they were the scenario's; empty: nobody meets them.
  static model::Pki of_aws(const model::Topology& topology);
  /// Likewise those of web sites, and keys that sign tokens.
  static model::Pki of_web_sites(const model::Topology& topology);
  Result<void> add_authorities(const model::Pki& pki, std::int64_t now, MintMemory& memory);
  Result<void> add_certificates(const model::Pki& pki, std::int64_t now, MintMemory& memory);
  Result<pki::Identity> authority_of(const model::CertificateAuthority& authority, std::int64_t now,
                                     MintMemory& memory);
  Result<pki::Identity> certificate_of(const model::Certificate& certificate, std::int64_t now,
                                       MintMemory& memory) const;

  std::map<std::string, pki::Identity> authorities_;
  std::map<std::string, pki::Identity> certificates_;
  std::map<std::string, std::string> definitions_;  // of authorities, by name
  std::string ca_bundle_;
};

/// Where one certificate's files are.
struct CertificateFiles {
  std::string cert;  // PEM: the certificate and the intermediates above it
  std::string key;   // PEM, PKCS#8
  std::string p12;   // PKCS#12, password kPkcs12Password
};

/// Nothing is secret here: the key lies beside it in PEM.
inline constexpr const char* kPkcs12Password = "hoplab";

/// Where everything is that clients need.
struct OutputFiles {
  std::string folder;
  std::string ca_bundle;         // PEM
  std::string java_trust_store;  // PKCS#12 of the same, which opens without a password
  std::map<std::string, CertificateFiles> certificates;
};

/// Writes the client certificates and the CA bundle into `folder`, but for those that `previous`
/// has with the same content.
Result<OutputFiles> write_files(const Materials& materials, const model::Topology& topology,
                                OutFolder& folder, const Materials* previous = nullptr);
/// The three files of `identity` in `folder`, which exists; `name` is theirs, and the friendly
/// name.
Result<CertificateFiles> write_certificate(const pki::Identity& identity, const std::string& name,
                                           const std::string& folder);
/// Appears complete: it is written aside and renamed.
Result<void> write_file(const std::string& path, std::string_view content,
                        Readers readers = Readers::owner);

}  // namespace hoplab::topology
