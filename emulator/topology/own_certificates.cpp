#include "topology/own_certificates.h"

#include <filesystem>
#include <map>
#include <utility>

#include "base/file.h"
#include "pki/alternative_names.h"
#include "pki/import.h"

namespace hoplab::topology {
namespace {

using model::at;

/// Of a file, or the text that stands in its place.
Result<std::string> pem_of(const std::string& file_or_text) {
  if (pki::is_pem_text(file_or_text)) return file_or_text;
  return read_file(file_or_text);
}

std::string name_of(const std::string& file_or_text, const char* what) {
  return pki::is_pem_text(file_or_text) ? what : file_or_text;
}

Result<OwnIdentity> from_pem(const model::OwnFiles& files) {
  auto certificates = pem_of(files.certificate);
  if (!certificates) return certificates.failure();
  std::string key;
  const bool apart = !files.private_key.empty();
  if (apart) {
    auto read = pem_of(files.private_key);
    if (!read) return read.failure();
    key = std::move(read).value();
    if (!pki::has_private_key(key)) {
      return Error{name_of(files.private_key, "the text") + ": there is no private key in it"};
    }
  } else if (pki::has_private_key(certificates.value())) {
    key = certificates.value();
  }
  auto identity = pki::import_pem(certificates.value(), key, files.password);
  if (!identity) {
    return Error{name_of(files.certificate, "the certificate") +
                 (apart ? ", " + name_of(files.private_key, "the private key") : "") + ": " +
                 identity.error()};
  }
  return OwnIdentity{std::move(identity).value(), certificates.value() + key};
}

Result<OwnIdentity> from_pkcs12(const model::OwnFiles& files) {
  auto content = read_file(files.pkcs12);
  if (!content) return content.failure();
  auto identity = pki::import_pkcs12(content.value(), files.password);
  if (!identity) return Error{files.pkcs12 + ": " + identity.error()};
  return OwnIdentity{std::move(identity).value(), std::move(content).value()};
}

class Reading {
 public:
  explicit Reading(model::Topology& topology) : topology_(topology) {}

  std::vector<model::Problem> all() {
    auto& pki = topology_.pki;
    for (std::size_t i = 0; i < pki.authorities.size(); ++i) {
      if (!std::as_const(pki.authorities)[i].files.empty()) read_authority(pki.authorities[i]);
    }
    for (std::size_t i = 0; i < pki.certificates.size(); ++i) {
      const model::Certificate& one = std::as_const(pki.certificates)[i];
      if (one.files.empty()) {
        needs_issuer(at("/pki/certificates", one.name), one.issuer);
      } else {
        read_certificate(pki.certificates[i]);
      }
    }
    for (const model::CertificateAuthority& one : std::as_const(pki.authorities)) {
      const std::string path = at("/pki/authorities", one.name);
      if (one.files.empty() && one.issuer) needs_issuer(path, *one.issuer);
    }
    return findings_.take();
  }

 private:
  /// It rests on the file that is not there, which may have been said already.
  void unreadable(const std::string& path, const model::OwnFiles& files, const std::string& why) {
    std::error_code ignored;
    const bool no_key = !files.private_key.empty() && !pki::is_pem_text(files.private_key) &&
                        !std::filesystem::exists(files.private_key, ignored);
    const char* const file = !files.pkcs12.empty() ? "pkcs12"
                             : no_key              ? "privateKey"
                                                   : "certificate";
    findings_.add({path, {}, why, {}, at(path, file)});
  }

  void read_authority(model::CertificateAuthority& one) {
    const std::string path = at("/pki/authorities", one.name);
    auto own = own_identity(one.files);
    if (!own) return unreadable(at(path, "files"), one.files, own.error());
    const pki::Identity& identity = own.value().identity;
    if (!identity.is_ca()) {
      findings_.add(at(path, "files"), {},
                    "\"" + identity.subject() + "\" is no certificate of an authority");
    }
    if (one.issuer) is_from(path, identity, *one.issuer);
    one.subject = identity.subject();
    authorities_.emplace(one.name, identity);
  }

  void read_certificate(model::Certificate& one) {
    const std::string path = at("/pki/certificates", one.name);
    auto own = own_identity(one.files);
    if (!own) return unreadable(at(path, "files"), one.files, own.error());
    const pki::Identity& identity = own.value().identity;
    if (identity.private_key() == nullptr) {
      findings_.add(at(path, "files"), {},
                    one.files.pkcs12.empty() ? "it needs privateKey, the file of its private key"
                                             : "there is no private key in the PKCS#12 file");
    }
    if (!one.issuer.empty()) is_from(path, identity, one.issuer);
    one.subject = identity.subject();
    one.dns_names = pki::alternative_names(identity.x509(), GEN_DNS);
    one.uris = pki::alternative_names(identity.x509(), GEN_URI);
  }

  /// Of files, where they name an authority of the scenario.
  void is_from(const std::string& path, const pki::Identity& identity, const std::string& name) {
    const auto* issuer = model::Topology::find(std::as_const(topology_.pki.authorities), name);
    if (issuer == nullptr) return;  // said elsewhere
    const auto known = authorities_.find(name);
    const bool right = known != authorities_.end() && pki::is_issued_by(identity, known->second);
    if (right || (known == authorities_.end() && !issuer->files.empty())) return;
    findings_.add(at(path, "issuer"), model::in_quotes(name),
                  "that authority has not issued the certificate in the files");
  }

  /// Of something minted.
  void needs_issuer(const std::string& path, const std::string& name) {
    const auto known = authorities_.find(name);
    if (known == authorities_.end() || known->second.private_key() != nullptr) return;
    findings_.add(at(path, "issuer"), model::in_quotes(name),
                  "the files of that authority have no private key, so it can issue nothing");
  }

  model::Topology& topology_;
  std::map<std::string, pki::Identity> authorities_;  // that have files which can be read
  model::Findings findings_;
};

}  // namespace

Result<OwnIdentity> own_identity(const model::OwnFiles& files) {
  return files.pkcs12.empty() ? from_pem(files) : from_pkcs12(files);
}

std::vector<model::Problem> read_own_certificates(model::Topology& topology) {
  return Reading(topology).all();
}

}  // namespace hoplab::topology
