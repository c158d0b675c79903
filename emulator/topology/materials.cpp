#include "topology/materials.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

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

}  // namespace

Result<Materials> Materials::mint(const model::Topology& topology, Time now) {
  Materials materials;
  const std::int64_t epoch = epoch_seconds(now);
  if (auto done = materials.mint_authorities(topology.pki, epoch); !done)
    return Error{done.error()};
  if (auto done = materials.mint_certificates(topology.pki, epoch); !done)
    return Error{done.error()};
  return materials;
}

Result<void> Materials::mint_authorities(const model::Pki& pki, std::int64_t now) {
  // An intermediate may stand before its issuer: go round until none is left.
  for (std::size_t minted = 0; minted < pki.authorities.size();) {
    const std::size_t before = minted;
    for (const auto& authority : pki.authorities) {
      if (authorities_.contains(authority.name)) continue;
      if (authority.issuer && !authorities_.contains(*authority.issuer)) continue;
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
      authorities_.emplace(authority.name, std::move(identity).value());
      ++minted;
    }
    if (minted == before) return Error{"the certificate authorities issue one another in a circle"};
  }
  return {};
}

Result<void> Materials::mint_certificates(const model::Pki& pki, std::int64_t now) {
  for (const auto& certificate : pki.certificates) {
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
    if (certificate.issuer.empty() && !certificate.client)
      ca_bundle_ += identity.value().cert_pem();
    certificates_.emplace(certificate.name, std::move(identity).value());
  }
  return {};
}

Result<std::string> Materials::crl_of(const std::string& authority, const model::Pki& pki,
                                      std::int64_t now) const {
  pki::CrlRequest request;
  request.this_update = now - 60;
  request.next_update = now + kCrlLifetime;
  for (const auto& certificate : pki.certificates) {
    if (!certificate.revoked || certificate.issuer != authority) continue;
    request.revoked.push_back({certificates_.at(certificate.name).serial(), now - 60});
  }
  return pki::make_crl(authorities_.at(authority), request);
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

Result<CertificateFiles> write_certificate(const pki::Identity& identity, const std::string& name,
                                           const std::string& folder) {
  const std::string stem = folder + "/" + name;
  auto p12 = identity.pkcs12(kPkcs12Password, name);
  if (!p12) return Error{p12.error()};
  const CertificateFiles files{stem + ".pem", stem + ".key", stem + ".p12"};
  if (auto done = write_file(files.key, identity.key_pem()); !done) return Error{done.error()};
  if (auto done = write_file(files.p12, p12.value()); !done) return Error{done.error()};
  if (auto done = write_file(files.cert, identity.chain_pem()); !done) return Error{done.error()};
  return files;
}

Result<OutputFolder> write_files(const Materials& materials, const model::Topology& topology,
                                 const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{"cannot make the folder " + path + ": " + error.message()};
  OutputFolder out;
  out.path = std::filesystem::absolute(path).lexically_normal().string();
  out.ca_bundle = out.path + "/ca-bundle.pem";
  if (auto done = write_file(out.ca_bundle, materials.ca_bundle()); !done)
    return Error{done.error()};
  for (const auto& certificate : topology.pki.certificates) {
    if (!certificate.client) continue;
    auto files =
        write_certificate(materials.certificate(certificate.name), certificate.name, out.path);
    if (!files) return Error{files.error()};
    out.certificates.emplace(certificate.name, std::move(files).value());
  }
  return out;
}

}  // namespace hoplab::topology
