#include "topology/kept_pki.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/file.h"
#include "base/hash.h"
#include "pki/certificate_text.h"
#include "pki/import.h"
#include "topology/materials.h"

namespace hoplab::topology {
namespace {

/// Whether a time that was to be `wanted` seconds away still is, more or less.
bool is_still_so(const ASN1_TIME* time, std::int64_t wanted, std::int64_t now) {
  const auto seconds = pki::to_seconds(time);
  if (!seconds) return false;
  const std::int64_t away = *seconds - now;
  return wanted > 0 ? away >= wanted / 2 && away <= wanted : away <= 0;
}

}  // namespace

std::string KeptPki::file_of(const Wanted& wanted) const {
  char hash[24];
  std::snprintf(hash, sizeof hash, "-%016llx.pem",
                static_cast<unsigned long long>(stirred_hash(wanted.definition)));
  return folder_ + "/" + wanted.name + hash;
}

std::optional<pki::Identity> KeptPki::find(const Wanted& wanted, std::int64_t now) const {
  if (folder_.empty()) return std::nullopt;
  const auto text = read_file(file_of(wanted));
  if (!text) return std::nullopt;
  auto identity = pki::import_pem(text.value(), text.value(), {});
  if (!identity) return std::nullopt;
  const X509* const certificate = identity.value().x509();
  const bool signed_so = wanted.issuer ? pki::is_issued_by(identity.value(), *wanted.issuer)
                                       : pki::is_self_signed(identity.value());
  const bool good = is_still_so(X509_get0_notBefore(certificate), wanted.not_before_s, now) &&
                    is_still_so(X509_get0_notAfter(certificate), wanted.not_after_s, now) &&
                    signed_so;
  if (!good) return std::nullopt;
  return std::move(identity).value();
}

Result<void> KeptPki::keep(const Wanted& wanted, const pki::Identity& identity) const {
  if (folder_.empty()) return {};
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST) {
    return Error{"cannot make the folder " + folder_ + ": " + std::strerror(errno),
                 ErrorCode::unavailable};
  }
  return write_file(file_of(wanted), identity.key_pem() + identity.chain_pem());
}

}  // namespace hoplab::topology
