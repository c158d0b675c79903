// Distinguished names as text, RFC 2253: the most specific part first, "CN=x,O=y".
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// The name as an Application Load Balancer writes it in its mTLS headers and connection log:
/// RFC 2253 with OpenSSL's short names (ST, not S), non-ASCII bytes as \XX. "" for an empty name.
std::string name_text(const X509_NAME* name);

std::string subject_text(const X509* certificate);
std::string issuer_text(const X509* certificate);

/// Reads RFC 2253 text: backslash escapes, quoted values, #hex values, '+' for several values in
/// one part, dotted numbers for types. Values are UTF-8. An empty text is an empty name.
Result<NamePtr> parse_name(std::string_view text);

}  // namespace hoplab::pki
