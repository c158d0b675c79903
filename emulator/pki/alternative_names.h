// A certificate's subject alternative names.
#pragma once

#include <string>
#include <vector>

#include "pki/openssl_ptr.h"

namespace hoplab::pki {

/// Those of one type, GEN_DNS or GEN_URI, in order.
std::vector<std::string> alternative_names(const X509* certificate, int type);

}  // namespace hoplab::pki
