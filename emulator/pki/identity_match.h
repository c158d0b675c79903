// Whether a client's certificate is one that identity filters accept.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/client-certificate-filters.html
#pragma once

#include <string>
#include <vector>

#include "base/identity_filter.h"
#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// True when one of the certificate's values of the filter's field matches; a field that it lacks
/// does not. Names are compared without regard to case, URIs so in scheme and host only.
bool matches(const IdentityFilter& filter, const X509* certificate);

/// True when there are no filters, or one of them matches.
bool is_accepted(const std::vector<IdentityFilter>& filters, const X509* certificate);

/// What the certificate has in the fields that the filters look at, for people:
/// `subject-cn "orders", no san-uri`. Few of many values; what is not printable is \XX.
std::string identity_text(const std::vector<IdentityFilter>& filters, const X509* certificate);

}  // namespace hoplab::pki
