#include "tls/security_policy.h"

#include <algorithm>
#include <array>

namespace hoplab::tls {

namespace {

using enum ProtocolVersion;

// Groups: B ECDHE with GCM, C ECDHE with CBC and SHA-2, D ECDHE with CBC and SHA-1,
// E static RSA with GCM or SHA-2, F static RSA with SHA-1. Those of RFC 9151 are by the key's
// length and have digits: ECDHE with GCM 1 and 2, with CBC and SHA-2 3 and 4, with CBC and SHA-1 5
// and 6; static RSA with GCM 7 and 8, with CBC 9 and 0.
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
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-3-RFC9151-FIPS-2023-07", tls13, tls13, "", true,
                   false, Rfc9151::strict},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-RFC9151-FIPS-2023-07", tls12, tls13, "1", true,
                   false, Rfc9151::strict},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-Ext0-RFC9151-FIPS-2023-07", tls12, tls13, "17",
                   true, false, Rfc9151::strict},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP1-FIPS-2023-07", tls12, tls13, "12",
                   true, false, Rfc9151::interoperable},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP2-FIPS-2023-07", tls12, tls13,
                   "1234", true, false, Rfc9151::interoperable},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP3-FIPS-2023-07", tls12, tls13,
                   "135246", true, false, Rfc9151::interoperable},
    SecurityPolicy{"ELBSecurityPolicy-TLS13-1-2-RFC9151-INTEROP4-FIPS-2023-07", tls12, tls13,
                   "1352467980", true, false, Rfc9151::interoperable},
};

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

/// Of the PQ policies; OpenSSL has them from 3.5 on.
constexpr std::array kHybridGroups{"X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024"};

/// The ciphers of a digit, those of ECDSA first.
std::string_view rfc9151_ciphers(char group) {
  switch (group) {
    case '1': return "ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384";
    case '2': return "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256";
    case '3': return "ECDHE-ECDSA-AES256-SHA384:ECDHE-RSA-AES256-SHA384";
    case '4': return "ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256";
    case '5': return "ECDHE-ECDSA-AES256-SHA:ECDHE-RSA-AES256-SHA";
    case '6': return "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA";
    case '7': return "AES256-GCM-SHA384";
    case '8': return "AES128-GCM-SHA256";
    case '9': return "AES256-SHA256:AES256-SHA";
    default: return "AES128-SHA256:AES128-SHA";
  }
}

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
  if (policy.rfc9151 != Rfc9151::no) {
    for (const char group : policy.cipher_groups) {
      if (!list.empty()) list += ':';
      list += rfc9151_ciphers(group);
    }
    return list;
  }
  for (const Cipher& cipher : kCiphers) {
    if (policy.cipher_groups.find(cipher.group) == std::string_view::npos) continue;
    if (!list.empty()) list += ':';
    list += cipher.name;
  }
  return list;
}

std::string ciphersuites(const SecurityPolicy& policy) {
  if (policy.newest != tls13) return {};
  if (policy.rfc9151 == Rfc9151::strict) return "TLS_AES_256_GCM_SHA384";
  if (policy.rfc9151 == Rfc9151::interoperable) {
    return "TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256";
  }
  std::string list = "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384";
  if (!policy.fips) list += ":TLS_CHACHA20_POLY1305_SHA256";
  return list;
}

std::vector<std::string_view> key_exchange_groups(const SecurityPolicy& policy) {
  if (policy.rfc9151 == Rfc9151::strict) return {"P-384"};
  if (policy.rfc9151 == Rfc9151::interoperable) return {"P-384", "P-256", "P-521"};
  std::vector<std::string_view> groups;
  if (policy.post_quantum) groups.assign(kHybridGroups.begin(), kHybridGroups.end());
  groups.insert(groups.end(), {"X25519", "P-256", "P-384"});
  return groups;
}

std::string_view signature_algorithms(const SecurityPolicy& policy) {
  switch (policy.rfc9151) {
    case Rfc9151::strict: return "ECDSA+SHA384:rsa_pss_pss_sha384:rsa_pss_rsae_sha384:RSA+SHA384";
    case Rfc9151::interoperable:
      return "ECDSA+SHA384:rsa_pss_pss_sha384:rsa_pss_rsae_sha384:RSA+SHA384:"
             "ECDSA+SHA256:rsa_pss_pss_sha256:rsa_pss_rsae_sha256:RSA+SHA256:"
             "ECDSA+SHA512:rsa_pss_pss_sha512:rsa_pss_rsae_sha512:RSA+SHA512";
    case Rfc9151::no: break;
  }
  return {};
}

}  // namespace hoplab::tls
