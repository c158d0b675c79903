#include "offline/sample_pki.h"

#include "model/complete.h"

namespace hoplab::offline {

namespace {

constexpr const char* kRoot = "ca";
constexpr const char* kIntermediate = "intermediate";
constexpr std::int64_t kDay = 86400;

std::string subject(const std::string& common_name, const std::string& suffix) {
  return "CN=" + common_name + (suffix.empty() ? "" : "," + suffix);
}

std::vector<model::CertificateAuthority> authorities(const PkiOptions& options) {
  model::CertificateAuthority root;
  root.name = kRoot;
  root.subject = subject("Root CA", options.subject_suffix);
  root.key_algorithm = options.ca_key_algorithm;
  root.crl = true;
  model::CertificateAuthority another = root;
  another.name = kUntrustedCa;
  another.subject = "CN=Root CA,O=Somebody else";
  std::vector<model::CertificateAuthority> all{root, another};
  if (!options.intermediate) return all;
  model::CertificateAuthority intermediate = root;
  intermediate.name = kIntermediate;
  intermediate.subject = subject("Intermediate CA", options.subject_suffix);
  intermediate.issuer = kRoot;
  all.push_back(intermediate);
  return all;
}

std::vector<model::Certificate> certificates(const PkiOptions& options) {
  std::vector<model::Certificate> all;
  const auto add = [&](const char* name) -> model::Certificate& {
    model::Certificate& one = all.emplace_back();
    one.name = name;
    one.subject = subject(name, options.subject_suffix);
    one.issuer = options.intermediate ? kIntermediate : kRoot;
    one.key_algorithm = options.key_algorithm;
    return one;
  };
  model::Certificate& server = add("server");
  server.subject = subject(options.server_names.front(), options.subject_suffix);
  server.dns_names = options.server_names;
  server.extended_key_usage = {"serverAuth"};
  server.client = false;
  add("my_client");
  add("untrusted").issuer = kUntrustedCa;
  model::Certificate& expired = add("expired");
  expired.not_before_s = -60 * kDay;
  expired.not_after_s = -kDay;
  add("not_yet_valid").not_before_s = kDay;
  add("revoked").revoked = true;
  add("self_signed").issuer.clear();
  add("wrong_purpose").extended_key_usage = {"serverAuth"};
  return all;
}

}  // namespace

model::Topology sample_pki(const PkiOptions& options) {
  model::Topology sample;
  sample.pki = {authorities(options), certificates(options)};
  model::TrustStore store;
  store.name = kTrustStore;
  for (const auto& one : sample.pki.authorities) {
    if (one.name == kUntrustedCa) continue;
    store.ca_certificates.push_back(one.name);
    store.revocations.emplace_back().authority = one.name;
  }
  sample.trust_stores = {store};
  model::complete(sample);
  return sample;
}

}  // namespace hoplab::offline
