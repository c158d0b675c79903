#include "tls/security_policy.h"

#include <algorithm>
#include <array>

namespace hoplab::tls {

namespace {

using enum ProtocolVersion;

// Groups: B ECDHE with GCM, C ECDHE with CBC and SHA-2, D ECDHE with CBC and SHA-1,
// E static RSA with GCM or SHA-2, F static RSA with SHA-1.
constexpr std::array kPolicies{
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-3-2021-06", tls13, tls13, "", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", tls13, tls13, "", false, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-2021-06", tls12, tls13, "BC", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-PQ-2025-09", tls12, tls13, "BC", false, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Res-2021-06", tls12, tls13, "B", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09", tls12, tls13, "B", false, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06", tls12, tls13, "BCE", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09", tls12, tls13, "BCE", false, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", tls12, tls13, "BCDEF", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09", tls12, tls13, "BCDEF", false,
                   true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-1-2021-06", tls11, tls13, "BCDEF", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-0-2021-06", tls10, tls13, "BCDEF", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-0-PQ-2025-09", tls10, tls13, "BCDEF", false, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS-1-2-Ext-2018-06", tls12, tls12, "BCDEF", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS-1-2-2017-01", tls12, tls12, "BCE", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS-1-1-2017-01", tls11, tls12, "BCDEF", false, false},
    SecurityPolicy{"ELBSecurityPolicy-2016-08", tls10, tls12, "BCDEF", false, false},
    SecurityPolicy{"ELBSecurityPolicy-FS-2018-06", tls10, tls12, "BCD", false, false},
    SecurityPolicy{"ELBSecurityPolicy-FS-1-1-2019-08", tls11, tls12, "BCD", false, false},
    SecurityPolicy{"ELBSecurityPolicy-FS-1-2-2019-08", tls12, tls12, "BCD", false, false},
    SecurityPolicy{"ELBSecurityPolicy-FS-1-2-Res-2019-08", tls12, tls12, "BC", false, false},
    SecurityPolicy{"ELBSecurityPolicy-FS-1-2-Res-2020-10", tls12, tls12, "B", false, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04", tls13, tls13, "", true, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09", tls13, tls13, "", true, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04", tls12, tls13, "BC", true, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09", tls12, tls13, "BC", true, true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", tls12, tls13, "B", true, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09", tls12, tls13, "B", true,
                   true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04", tls12, tls13, "BCD", true,
                   false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-PQ-2025-09", tls12, tls13, "BCD", true,
                   true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04", tls12, tls13, "BCE", true,
                   false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-PQ-2025-09", tls12, tls13, "BCE", true,
                   true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04", tls12, tls13, "BCDEF", true,
                   false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-PQ-2025-09", tls12, tls13, "BCDEF", true,
                   true},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04", tls11, tls13, "BCDEF", true, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04", tls10, tls13, "BCDEF", true, false},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-0-FIPS-PQ-2025-09", tls10, tls13, "BCDEF", true,
                   true},
};
static_assert(kPolicies.size() == 37);

struct Cipher {
  std::string_view name;
  char group;
};

// The full list in the order of the documentation's tables: AES128 before AES256 within ECDHE.
constexpr std::array kCiphers{
    Cipher{"ECDHE-ECDSA-AES128-GCM-SHA256", 'B'},
    Cipher{"ECDHE-RSA-AES128-GCM-SHA256", 'B'},
    Cipher{"ECDHE-ECDSA-AES128-SHA256", 'C'},
    Cipher{"ECDHE-RSA-AES128-SHA256", 'C'},
    Cipher{"ECDHE-ECDSA-AES128-SHA", 'D'},
    Cipher{"ECDHE-RSA-AES128-SHA", 'D'},
    Cipher{"ECDHE-ECDSA-AES256-GCM-SHA384", 'B'},
    Cipher{"ECDHE-RSA-AES256-GCM-SHA384", 'B'},
    Cipher{"ECDHE-ECDSA-AES256-SHA384", 'C'},
    Cipher{"ECDHE-RSA-AES256-SHA384", 'C'},
    Cipher{"ECDHE-ECDSA-AES256-SHA", 'D'},
    Cipher{"ECDHE-RSA-AES256-SHA", 'D'},
    Cipher{"AES128-GCM-SHA256", 'E'},
    Cipher{"AES128-SHA256", 'E'},
    Cipher{"AES128-SHA", 'F'},
    Cipher{"AES256-GCM-SHA384", 'E'},
    Cipher{"AES256-SHA256", 'E'},
    Cipher{"AES256-SHA", 'F'},
};

}  // namespace

const SecurityPolicy* find_security_policy(std::string_view name) noexcept {
  const auto* found = std::ranges::find(kPolicies, name, &SecurityPolicy::name);
  return found == kPolicies.end() ? nullptr : found;
}

std::span<const SecurityPolicy> all_security_policies() noexcept {
  return kPolicies;
}

std::string cipher_list(const SecurityPolicy& policy) {
  std::string list;
  for (const Cipher& cipher : kCiphers) {
    if (policy.cipher_groups.find(cipher.group) == std::string_view::npos) continue;
    if (!list.empty()) list += ':';
    list += cipher.name;
  }
  return list;
}

std::string ciphersuites(const SecurityPolicy& policy) {
  if (policy.newest != tls13) return {};
  std::string list = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
  if (!policy.fips) list += ":TLS_CHACHA20_POLY1305_SHA256";
  return list;
}

}  // namespace hoplab::tls
