// The X-Amzn-Mtls-Clientcert* headers: an ALB's account of the client's certificate to its targets.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/mutual-authentication.html
#pragma once

#include <openssl/x509.h>

#include <string>
#include <string_view>
#include <vector>

#include "model/topology.h"
#include "pki/certificate_text.h"

namespace hoplab::aws {

struct MtlsHeader {
  std::string_view name;  // of the listener's
  std::string value;
};

/// In the order in which targets were seen to receive them.
struct MtlsHeaders {
  std::vector<MtlsHeader> fields;
};

/// Verify mode: serial number, issuer, subject, validity, leaf. `names` outlives what is returned.
MtlsHeaders verify_headers(X509* leaf, const model::RequestHeaderNames& names,
                           pki::PemUrlEncoding encoding = {});
/// Passthrough mode: everything that the client presented, as it came. No field at all when it
/// presented nothing (or for null): the mode does not ask for a certificate.
MtlsHeaders passthrough_headers(const STACK_OF(X509) * presented,
                                const model::RequestHeaderNames& names,
                                pki::PemUrlEncoding encoding = {});

}  // namespace hoplab::aws
