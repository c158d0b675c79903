// An entry of ClientCertificateIdentityFilters: which clients a network load balancer accepts.
// https://docs.aws.amazon.com/elasticloadbalancing/latest/network/client-certificate-filters.html
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace hoplab {

/// Action accept, the only one that there is.
struct IdentityFilter {
  /// Of the client's certificate.
  enum class Field : std::uint8_t { subject_cn, subject_ou, san_dns, san_uri };
  enum class MatchType : std::uint8_t { exact, prefix };
  Field field = Field::subject_cn;
  MatchType match_type = MatchType::exact;
  std::string value;  // 1 to 256 printable ASCII characters
  bool operator==(const IdentityFilter&) const = default;
};

/// AWS's word: "subject-cn".
constexpr std::string_view to_text(IdentityFilter::Field field) noexcept {
  switch (field) {
    case IdentityFilter::Field::subject_cn: return "subject-cn";
    case IdentityFilter::Field::subject_ou: return "subject-ou";
    case IdentityFilter::Field::san_dns: return "san-dns";
    case IdentityFilter::Field::san_uri: return "san-uri";
  }
  return "";
}

}  // namespace hoplab
