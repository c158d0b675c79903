#include "topology/materials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

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
  return framed({"certificate", one.name, one.subject, framed(one.dns_names), one.key_algorithm,
                 framed(one.extended_key_usage), std::to_string(one.not_before_s),
                 std::to_string(one.not_after_s), issuer});
}

}  // namespace

bool ends_clients_tls(const model::Topology& topology, const model::VpcEndpoint& endpoint) {
  if (!endpoint.execute_api()) return false;
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
  for (const model::Pki& pki : {topology.pki, of_aws(topology)}) {
    if (auto done = materials.mint_authorities(pki, epoch, known); !done)
      return Error{done.error()};
    if (auto done = materials.mint_certificates(pki, epoch, known); !done)
      return Error{done.error()};
  }
  return materials;
}

/// apigateway.md 3.2: a wildcard for the APIs' names, and the endpoint's own.
model::Pki Materials::of_aws(const model::Topology& topology) {
  constexpr std::int64_t kDay = 86400;
  model::Pki pki;
  for (const auto& endpoint : topology.vpc_endpoints) {
    if (!ends_clients_tls(topology, endpoint)) continue;
    if (pki.authorities.empty()) {
      model::CertificateAuthority root;
      root.name = "Amazon Root CA";
      root.subject = "CN=Amazon Root CA 3,O=Amazon,C=US";
      root.not_before_s = -kDay;
      root.not_after_s = 3650 * kDay;
      pki.authorities.push_back(root);
    }
    const std::string suffix = "execute-api." + topology.region;
    model::Certificate certificate;
    certificate.name = endpoint_certificate(endpoint.name);
    certificate.subject = "CN=*." + suffix + ".amazonaws.com";
    certificate.issuer = pki.authorities[0].name;
    certificate.dns_names = {"*." + suffix + ".amazonaws.com",
                             "*." + suffix + ".vpce.amazonaws.com"};
    certificate.key_algorithm = "RSA_2048";
    certificate.extended_key_usage = {"serverAuth"};
    certificate.not_before_s = -kDay;
    certificate.not_after_s = 395 * kDay;
    certificate.client = false;
    pki.certificates.push_back(certificate);
  }
  return pki;
}

Result<void> Materials::mint_authorities(const model::Pki& pki, std::int64_t now,
                                         MintMemory& memory) {
  // An intermediate may stand before its issuer: go round until none is left.
  for (std::size_t minted = 0; minted < pki.authorities.size();) {
    const std::size_t before = minted;
    for (const auto& authority : pki.authorities) {
      if (authorities_.contains(authority.name)) continue;
      if (authority.issuer && !authorities_.contains(*authority.issuer)) continue;
      const std::string definition =
          definition_of(authority, authority.issuer ? definitions_.at(*authority.issuer) : "");
      definitions_[authority.name] = definition;
      ++minted;
      if (const auto known = memory.identities.find(definition); known != memory.identities.end()) {
        if (!authority.issuer) ca_bundle_ += known->second.cert_pem();
        authorities_.emplace(authority.name, known->second);
        continue;
      }
      pki::CertificateRequest request;
      request.subject = authority.subject;
      request.key = algorithm(authority.key_algorithm);
      request.not_before = now + authority.not_before_s;
      request.not_after = now + authority.not_after_s;
      request.is_ca = true;
      auto identity = authority.issuer ? pki::issue(request, authorities_.at(*authority.issuer))
                                       : pki::self_sign(request);
      if (!identity)
        return Error{"certificate authority '" + authority.name + "': " + identity.error()};
      if (!authority.issuer) ca_bundle_ += identity.value().cert_pem();
      memory.identities.emplace(definition, identity.value());
      authorities_.emplace(authority.name, std::move(identity).value());
    }
    if (minted == before) return Error{"the certificate authorities issue one another in a circle"};
  }
  return {};
}

Result<void> Materials::mint_certificates(const model::Pki& pki, std::int64_t now,
                                          MintMemory& memory) {
  for (const auto& certificate : pki.certificates) {
    const std::string definition = definition_of(
        certificate, certificate.issuer.empty() ? "" : definitions_.at(certificate.issuer));
    const auto keep = [&](const pki::Identity& identity) {
      if (certificate.issuer.empty() && !certificate.client) ca_bundle_ += identity.cert_pem();
      certificates_.emplace(certificate.name, identity);
    };
    if (const auto known = memory.identities.find(definition); known != memory.identities.end()) {
      keep(known->second);
      continue;
    }
    pki::CertificateRequest request;
    request.subject = certificate.subject;
    request.dns_names = certificate.dns_names;
    request.key = algorithm(certificate.key_algorithm);
    request.not_before = now + certificate.not_before_s;
    request.not_after = now + certificate.not_after_s;
    request.extended_key_usage = certificate.extended_key_usage;
    auto identity = certificate.issuer.empty()
                        ? pki::self_sign(request)
                        : pki::issue(request, authorities_.at(certificate.issuer));
    if (!identity) return Error{"certificate '" + certificate.name + "': " + identity.error()};
    memory.identities.emplace(definition, identity.value());
    keep(identity.value());
  }
  return {};
}

Result<std::string> Materials::crl_of(const std::string& authority, const model::Pki& pki,
                                      std::int64_t now, MintMemory* memory) const {
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

Result<void> write_file(const std::string& path, std::string_view content) {
  const std::string aside = path + ".part";
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const auto fail = [&path] { return Error{"cannot write " + path + ": " + std::strerror(errno)}; };
  if (fd < 0) return fail();
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      ::close(fd);
      return fail();
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(fd);
  if (::rename(aside.c_str(), path.c_str()) != 0) return fail();
  return {};
}

namespace {
CertificateFiles files_of(const std::string& name, const std::string& folder) {
  const std::string stem = folder + "/" + name;
  return {stem + ".pem", stem + ".key", stem + ".p12"};
}
}  // namespace

Result<CertificateFiles> write_certificate(const pki::Identity& identity, const std::string& name,
                                           const std::string& folder) {
  auto p12 = identity.pkcs12(kPkcs12Password, name);
  if (!p12) return Error{p12.error()};
  const CertificateFiles files = files_of(name, folder);
  if (auto done = write_file(files.key, identity.key_pem()); !done) return Error{done.error()};
  if (auto done = write_file(files.p12, p12.value()); !done) return Error{done.error()};
  if (auto done = write_file(files.cert, identity.chain_pem()); !done) return Error{done.error()};
  return files;
}

Result<OutputFolder> write_files(const Materials& materials, const model::Topology& topology,
                                 const std::string& path, const Materials* previous) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{"cannot make the folder " + path + ": " + error.message()};
  OutputFolder out;
  out.path = std::filesystem::absolute(path).lexically_normal().string();
  out.ca_bundle = out.path + "/ca-bundle.pem";
  if (!previous || previous->ca_bundle() != materials.ca_bundle()) {
    if (auto done = write_file(out.ca_bundle, materials.ca_bundle()); !done)
      return Error{done.error()};
  }
  for (const auto& certificate : topology.pki.certificates) {
    if (!certificate.client) continue;
    const pki::Identity& identity = materials.certificate(certificate.name);
    if (previous && previous->has(certificate.name, identity)) {
      out.certificates.emplace(certificate.name, files_of(certificate.name, out.path));
      continue;
    }
    auto files = write_certificate(identity, certificate.name, out.path);
    if (!files) return Error{files.error()};
    out.certificates.emplace(certificate.name, std::move(files).value());
  }
  return out;
}

}  // namespace hoplab::topology
