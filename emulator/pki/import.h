// Certificates and keys that somebody else has made, from PEM and PKCS#12. Errors are clauses that
// go behind the name of the file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pki/mint.h"

namespace hoplab::pki {

/// The first certificate of `certificates`, a PEM text, with those behind it above it, and the
/// private key in `key`, in PEM: PKCS#8 or OpenSSL's own forms, with `password` where it is
/// encrypted. An empty `key`: the identity has none, which is enough for an authority that issues
/// nothing.
Result<Identity> import_pem(std::string_view certificates, std::string_view key,
                            const std::string& password);

/// Whether it is PEM itself, and not the name of a file.
bool is_pem_text(std::string_view text);

/// Whether a PEM text has a private key in it.
bool has_private_key(std::string_view pem);

/// Whether it is the content of a PKCS#12 file.
bool is_pkcs12(std::string_view der);

/// The certificate that the private key of a PKCS#12 file belongs to; others are put above it in
/// the order in which they issue one another. Of a file without a private key its one certificate.
Result<Identity> import_pkcs12(std::string_view der, const std::string& password);

/// Whether the names, key identifiers and signature of `certificate` are as `issuer` would have
/// made them.
bool is_issued_by(const Identity& certificate, const Identity& issuer);
/// Whether it has signed itself, be it an authority or not.
bool is_self_signed(const Identity& certificate);

}  // namespace hoplab::pki
