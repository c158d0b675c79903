#include "topology/materials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "pki/java_trust_store.h"
#include "pki/pem.h"
#include "topology/kept_pki.h"
#include "topology/own_certificates.h"
#include "topology/web_site_plan.h"

namespace hoplab::topology {

namespace {

/// How long a minted CRL is current.
constexpr std::int64_t kCrlLifetime = 30LL * 86400;

pki::KeyAlgorithm algorithm(const std::string& name) {
  return pki::key_algorithm_from_text(name).value_or(pki::KeyAlgorithm::ec_prime256v1);
}

/// Parts of a definition: no part can pretend to be two.
std::string framed(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += std::to_string(part.size()) + ":" + part;
  return text;
}

std::string framed(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += framed({part});
  return text;
}

std::string definition_of(const model::CertificateAuthority& one, const std::string& issuer) {
  return framed({"authority", one.name, one.subject, one.key_algorithm,
                 std::to_string(one.not_before_s), std::to_string(one.not_after_s), issuer});
}

std::string definition_of(const model::Certificate& one, const std::string& issuer) {
  return framed({"certificate", one.name, one.subject, framed(one.dns_names), framed(one.uris),
                 one.key_algorithm, framed(one.extended_key_usage),
                 std::to_string(one.not_before_s), std::to_string(one.not_after_s), issuer});
}

/// What somebody brings; `definition` becomes what is in the files.
Result<pki::Identity> brought(const model::OwnFiles& files, std::string& definition,
                              MintMemory& memory) {
  auto own = own_identity(files);
  if (!own) return own.failure();
  definition = framed({"own", own.value().content});
  return memory.identities.emplace(definition, std::move(own).value().identity).first->second;
}

/// The identity of that definition: as it was made before, in this run or in one before it, or as
/// `make` makes it. `one` is its model.
template <class Model, class Make>
Result<pki::Identity> made_once(const Model& one, const std::string& definition,
                                const pki::Identity* issuer, std::int64_t now, MintMemory& memory,
                                const Make& make) {
  const auto known = memory.identities.find(definition);
  if (known != memory.identities.end()) return known->second;
  const KeptPki kept(memory.folder);
  const KeptPki::Wanted wanted{one.name, definition, one.not_before_s, one.not_after_s, issuer};
  if (auto found = kept.find(wanted, now)) {
    return memory.identities.emplace(definition, std::move(*found)).first->second;
  }
  Result<pki::Identity> made = make();
  if (!made) return made;
  if (auto done = kept.keep(wanted, made.value()); !done) return done.failure();
  memory.identities.emplace(definition, made.value());
  return made;
}

}  // namespace

bool ends_clients_tls(const model::Topology& topology, const model::VpcEndpoint& endpoint) {
  if (!endpoint.execute_api()) return false;
  if (topology.is_way_in(endpoint)) return true;
  return std::ranges::any_of(topology.target_groups, [&](const model::TargetGroup& group) {
    return group.protocol == "TCP" &&
           std::ranges::find(group.targets, endpoint.name, &model::Target::vpc_endpoint) !=
               group.targets.end();
  });
}

Result<Materials> Materials::mint(const model::Topology& topology, Time now, MintMemory* memory) {
  Materials materials;
  MintMemory nothing;
  MintMemory& known = memory ? *memory : nothing;
  const std::int64_t epoch = epoch_seconds(now);
  for (const model::Pki& pki : {topology.pki, of_aws(topology), of_web_sites(topology)}) {
    if (auto done = materials.add_authorities(pki, epoch, known); !done) return Error{done.error()};
    if (auto done = materials.add_certificates(pki, epoch, known); !done)
      return Error{done.error()};
  }
  return materials;
}

namespace {

constexpr std::int64_t kDay = 86400;

/// An authority that nobody of the scenario has.
model::CertificateAuthority root_of_others(const std::string& name, const std::string& subject) {
  model::CertificateAuthority root;
  root.name = name;
  root.subject = subject;
  root.not_before_s = -kDay;
  root.not_after_s = 3650 * kDay;
  return root;
}

/// What signs tokens: as a certificate, so that it is minted once and kept like all others.
model::Certificate as_certificate(const std::string& name, const std::string& algorithm) {
  model::Certificate key;
  key.name = name;
  key.subject = "CN=token key";
  key.key_algorithm = algorithm;
  key.not_before_s = -kDay;
  key.not_after_s = 3650 * kDay;
  return key;
}

/// What all topologies of this process share, as a Region does.
Result<pki::Identity> made_once_for_all(const std::function<Result<pki::Identity>()>& make) {
  static std::mutex mutex;
  static std::optional<pki::Identity> made;
  const std::lock_guard lock(mutex);
  if (made) return *made;
  auto fresh = make();
  if (fresh) made = fresh.value();
  return fresh;
}

}  // namespace

/// apigateway.md 3.2: a wildcard for the APIs' names, and the endpoint's own; and, where AWS has a
/// certificate of its own for each, private custom domain names.
model::Pki Materials::of_aws(const model::Topology& topology) {
  model::Pki pki;
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (!ends_clients_tls(topology, endpoint)) continue;
    if (pki.authorities.empty()) {
      pki.authorities.push_back(
          root_of_others("Amazon Root CA", "CN=Amazon Root CA 3,O=Amazon,C=US"));
    }
    const std::string suffix = "execute-api." + topology.region;
    model::Certificate certificate;
    certificate.name = endpoint_certificate(endpoint.name);
    certificate.subject = "CN=*." + suffix + ".amazonaws.com";
    certificate.issuer = pki.authorities[0].name;
    certificate.dns_names = {"*." + suffix + ".amazonaws.com",
                             "*." + suffix + ".vpce.amazonaws.com"};
    for (const model::DomainName& domain : topology.domain_names) {
      if (std::ranges::find(domain.vpc_endpoints, endpoint.name) != domain.vpc_endpoints.end())
        certificate.dns_names.push_back(domain.name);
    }
    certificate.key_algorithm = "RSA_2048";
    certificate.extended_key_usage = {"serverAuth"};
    certificate.not_before_s = -kDay;
    certificate.not_after_s = 395 * kDay;
    certificate.client = false;
    pki.certificates.push_back(certificate);
  }
  return pki;
}

model::Pki Materials::of_web_sites(const model::Topology& topology) {
  model::Pki pki;
  for (const WebSitePlan& site : web_sites_of(topology)) {
    if (site.provider && site.played()) {
      for (const std::string& key : site.provider->signing_keys) {
        pki.certificates.push_back(
            as_certificate(token_key_certificate(site.name, key), "RSA_2048"));
      }
    }
    if (!site.provider) {
      pki.certificates.push_back(as_certificate(kUserClaimsKey, "EC_prime256v1"));
    }
    if (!site.ends_tls()) continue;
    if (pki.authorities.empty()) {
      pki.authorities.push_back(root_of_others("Public Web CA", "CN=Public Web CA,O=hoplab,C=US"));
    }
    model::Certificate certificate =
        as_certificate(web_site_certificate(site.name), "EC_prime256v1");
    constexpr std::size_t kLongestCommonName = 64;  // RFC 5280 appendix A
    certificate.subject = site.hosts.front().size() <= kLongestCommonName
                              ? "CN=" + site.hosts.front()
                              : std::string();
    certificate.issuer = pki.authorities[0].name;
    certificate.dns_names = site.hosts;
    certificate.extended_key_usage = {"serverAuth"};
    certificate.not_after_s = 395 * kDay;
    certificate.client = false;
    pki.certificates.push_back(certificate);
  }
  return pki;
}

Result<pki::Identity> Materials::authority_of(const model::CertificateAuthority& authority,
                                              std::int64_t now, MintMemory& memory) {
  std::string& definition = definitions_[authority.name];
  if (!authority.files.empty()) return brought(authority.files, definition, memory);
  definition = definition_of(authority, authority.issuer ? definitions_.at(*authority.issuer) : "");
  const pki::Identity* const issuer =
      authority.issuer ? &authorities_.at(*authority.issuer) : nullptr;
  return made_once(authority, definition, issuer, now, memory, [&] {
    pki::CertificateRequest request;
    request.subject = authority.subject;
    request.key = algorithm(authority.key_algorithm);
    request.not_before = now + authority.not_before_s;
    request.not_after = now + authority.not_after_s;
    request.is_ca = true;
    return issuer ? pki::issue(request, *issuer) : pki::self_sign(request);
  });
}

Result<void> Materials::add_authorities(const model::Pki& pki, std::int64_t now,
                                        MintMemory& memory) {
  // An intermediate may stand before its issuer: go round until none is left.
  for (std::size_t added = 0; added < pki.authorities.size();) {
    const std::size_t before = added;
    for (const auto& authority : pki.authorities) {
      if (authorities_.contains(authority.name)) continue;
      if (authority.issuer && !authorities_.contains(*authority.issuer)) continue;
      ++added;
      auto identity = authority_of(authority, now, memory);
      if (!identity) {
        return Error{"certificate authority '" + authority.name + "': " + identity.error()};
      }
      if (!authority.issuer) ca_bundle_ += identity.value().cert_pem();
      authorities_.emplace(authority.name, std::move(identity).value());
    }
    if (added == before) return Error{"the certificate authorities issue one another in a circle"};
  }
  return {};
}

Result<pki::Identity> Materials::certificate_of(const model::Certificate& certificate,
                                                std::int64_t now, MintMemory& memory) const {
  std::string definition;
  if (!certificate.files.empty()) return brought(certificate.files, definition, memory);
  const bool self = certificate.issuer.empty();
  const pki::Identity* const issuer = self ? nullptr : &authorities_.at(certificate.issuer);
  definition = definition_of(certificate, self ? "" : definitions_.at(certificate.issuer));
  const auto make = [&] {
    pki::CertificateRequest request;
    request.subject = certificate.subject;
    request.dns_names = certificate.dns_names;
    request.uris = certificate.uris;
    request.key = algorithm(certificate.key_algorithm);
    request.not_before = now + certificate.not_before_s;
    request.not_after = now + certificate.not_after_s;
    request.extended_key_usage = certificate.extended_key_usage;
    return issuer ? pki::issue(request, *issuer) : pki::self_sign(request);
  };
  return made_once(certificate, definition, issuer, now, memory, [&] {
    return certificate.name == kUserClaimsKey ? made_once_for_all(make) : make();
  });
}

Result<void> Materials::add_certificates(const model::Pki& pki, std::int64_t now,
                                         MintMemory& memory) {
  for (const auto& certificate : pki.certificates) {
    auto identity = certificate_of(certificate, now, memory);
    if (!identity) return Error{"certificate '" + certificate.name + "': " + identity.error()};
    if (certificate.issuer.empty() && !certificate.client) {
      ca_bundle_ += identity.value().chain_pem();
    }
    certificates_.emplace(certificate.name, std::move(identity).value());
  }
  return {};
}

Result<std::string> Materials::crl_of(const std::string& authority, const model::Pki& pki,
                                      std::int64_t now, MintMemory* memory) const {
  if (!authorities_.at(authority).private_key()) {
    return Error{"certificate authority '" + authority +
                 "': its files have no private key, so it can issue no revocation list"};
  }
  pki::CrlRequest request;
  request.this_update = now - 60;
  request.next_update = now + kCrlLifetime;
  std::string definition = definitions_.at(authority);
  for (const auto& certificate : pki.certificates) {
    if (!certificate.revoked || certificate.issuer != authority) continue;
    request.revoked.push_back({certificates_.at(certificate.name).serial(), now - 60});
    definition += framed({request.revoked.back().serial});
  }
  if (!memory) return pki::make_crl(authorities_.at(authority), request);
  const auto known = memory->revocation_lists.find(definition);
  if (known != memory->revocation_lists.end()) return known->second;
  auto list = pki::make_crl(authorities_.at(authority), request);
  if (list) memory->revocation_lists.emplace(std::move(definition), list.value());
  return list;
}

Result<void> write_file(const std::string& path, std::string_view content, Readers readers) {
  std::string aside = path + ".XXXXXX";  // a file of nobody else, and its owner's alone
  const int fd = ::mkostemp(aside.data(), O_CLOEXEC);
  const auto fail = [&] {
    Error error{"cannot write " + path + ": " + std::strerror(errno), ErrorCode::unavailable};
    if (fd >= 0) ::unlink(aside.c_str());
    return error;
  };
  if (fd < 0) return fail();
  if (readers == Readers::everybody) ::fchmod(fd, 0644);
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      ::close(fd);
      return fail();
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (::close(fd) != 0) return fail();  // some file systems say it here
  if (::rename(aside.c_str(), path.c_str()) != 0) return fail();
  return {};
}

namespace {

CertificateFiles names_of(const std::string& name) {
  return {name + ".pem", name + ".key", name + ".p12"};
}

CertificateFiles in_folder(const std::string& folder, const CertificateFiles& names) {
  const auto path = [&folder](const std::string& name) { return folder + "/" + name; };
  return {path(names.cert), path(names.key), path(names.p12)};
}

/// Calls write(name, content) for the three files of `identity`.
template <class Write>
Result<void> each_file(const pki::Identity& identity, const std::string& name, const Write& write) {
  auto p12 = identity.pkcs12(kPkcs12Password, name);
  if (!p12) return p12.failure();
  const CertificateFiles names = names_of(name);
  if (auto done = write(names.key, identity.key_pem()); !done) return done;
  if (auto done = write(names.p12, p12.value()); !done) return done;
  return write(names.cert, identity.chain_pem());
}

std::string java_trust_store_of(const std::string& ca_bundle) {
  std::vector<std::string> certificates;
  auto blocks = pki::pem_decode(ca_bundle, pki::PemSurroundings::anything);
  if (blocks) {  // it is ours
    for (auto& block : blocks.value()) certificates.push_back(std::move(block.der));
  }
  return pki::java_trust_store(certificates);
}

}  // namespace

Result<CertificateFiles> write_certificate(const pki::Identity& identity, const std::string& name,
                                           const std::string& folder) {
  const auto write = [&folder](const std::string& file, const std::string& content) {
    return write_file(folder + "/" + file, content);
  };
  if (auto done = each_file(identity, name, write); !done) return done.failure();
  return in_folder(folder, names_of(name));
}

Result<OutputFiles> write_files(const Materials& materials, const model::Topology& topology,
                                OutFolder& folder, const Materials* previous) {
  OutputFiles out;
  out.folder = folder.path();
  out.ca_bundle = folder.path() + "/ca-bundle.pem";
  out.java_trust_store = folder.path() + "/truststore.p12";
  if (!previous || previous->ca_bundle() != materials.ca_bundle()) {
    if (auto done = folder.write("ca-bundle.pem", materials.ca_bundle()); !done) {
      return done.failure();
    }
    auto store = java_trust_store_of(materials.ca_bundle());
    if (auto done = folder.write("truststore.p12", store); !done) return done.failure();
  }
  for (const auto& certificate : topology.pki.certificates) {
    if (!certificate.client) continue;
    const pki::Identity& identity = materials.certificate(certificate.name);
    out.certificates.emplace(certificate.name,
                             in_folder(folder.path(), names_of(certificate.name)));
    if (previous && previous->has(certificate.name, identity)) continue;
    const auto write = [&folder](const std::string& name, const std::string& content) {
      return folder.write(name, content);
    };
    if (auto done = each_file(identity, certificate.name, write); !done) return done.failure();
  }
  return out;
}

}  // namespace hoplab::topology
