#include "pki/identity_match.h"

#include <openssl/objects.h>

#include <algorithm>
#include <set>

#include "base/ascii.h"
#include "base/joined.h"
#include "pki/alternative_names.h"

namespace hoplab::pki {
namespace {

using Field = IdentityFilter::Field;

/// Every value of that attribute in the subject, as UTF-8.
std::vector<std::string> subject_values(const X509* certificate, int nid) {
  const X509_NAME* const subject = X509_get_subject_name(certificate);
  std::vector<std::string> values;
  for (int at = -1; (at = X509_NAME_get_index_by_NID(subject, nid, at)) >= 0;) {
    const ASN1_STRING* const text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, text);
    if (size < 0) continue;
    const OpensslBytes owned(utf8);
    values.emplace_back(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
  }
  return values;
}

std::vector<std::string> values_of(Field field, const X509* certificate) {
  const ErrorQueueGuard guard;
  switch (field) {
    case Field::subject_cn: return subject_values(certificate, NID_commonName);
    case Field::subject_ou: return subject_values(certificate, NID_organizationalUnitName);
    case Field::san_dns: return alternative_names(certificate, GEN_DNS);
    case Field::san_uri: return alternative_names(certificate, GEN_URI);
  }
  return {};
}

/// Where the case of a URI's letters does not count (RFC 3986 section 6.2.2.1).
struct CaselessParts {
  std::size_t scheme = 0;  // its length
  std::size_t host_begin = 0, host_end = 0;
  [[nodiscard]] bool contain(std::size_t at) const {
    return at < scheme || (at >= host_begin && at < host_end);
  }
};

CaselessParts caseless_parts(std::string_view uri) {
  CaselessParts parts;
  const std::size_t colon = uri.find(':');
  if (colon == std::string_view::npos) return parts;
  parts.scheme = colon;
  constexpr std::string_view kAuthority = "//";
  if (!uri.substr(colon + 1).starts_with(kAuthority)) return parts;
  const std::size_t authority = colon + 1 + kAuthority.size();
  parts.host_end = std::min(uri.find_first_of("/?#", authority), uri.size());
  const std::size_t user = uri.substr(0, parts.host_end).rfind('@');  // userinfo ends there
  parts.host_begin = user == std::string_view::npos ? authority : std::max(authority, user + 1);
  return parts;
}

/// `start` and the beginning of `uri`.
bool begins_with(std::string_view uri, std::string_view start) {
  if (uri.size() < start.size()) return false;
  const CaselessParts caseless = caseless_parts(uri);
  for (std::size_t i = 0; i < start.size(); ++i) {
    const bool same =
        caseless.contain(i) ? lower_case(uri[i]) == lower_case(start[i]) : uri[i] == start[i];
    if (!same) return false;
  }
  return true;
}

bool matches_value(const IdentityFilter& filter, std::string_view value) {
  const std::string_view wanted = filter.value;
  const bool exact = filter.match_type == IdentityFilter::MatchType::exact;
  if (exact && value.size() != wanted.size()) return false;
  if (filter.field == Field::san_uri) return begins_with(value, wanted);
  return iequals(value.substr(0, wanted.size()), wanted);
}

std::string printable(const std::string& value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string text;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && byte < 0x7F) {
      text += c;
    } else {
      (text += '\\') += kHex[byte >> 4];
      text += kHex[byte & 15];
    }
  }
  return text;
}

/// `subject-ou "a", "b"` or `no subject-ou`.
std::string field_text(Field field, const X509* certificate) {
  constexpr std::size_t kMost = 4;
  const auto values = values_of(field, certificate);
  const std::string name(to_text(field));
  if (values.empty()) return "no " + name;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < values.size() && i < kMost; ++i) {
    shown.push_back('"' + printable(values[i]) + '"');
  }
  if (values.size() > kMost) shown.emplace_back("...");
  return name + " " + joined(shown, ", ");
}

}  // namespace

bool matches(const IdentityFilter& filter, const X509* certificate) {
  return std::ranges::any_of(values_of(filter.field, certificate), [&](const std::string& value) {
    return matches_value(filter, value);
  });
}

bool is_accepted(const std::vector<IdentityFilter>& filters, const X509* certificate) {
  return filters.empty() || std::ranges::any_of(filters, [certificate](const auto& filter) {
           return matches(filter, certificate);
         });
}

std::string identity_text(const std::vector<IdentityFilter>& filters, const X509* certificate) {
  std::set<Field> seen;
  std::vector<std::string> fields;
  for (const IdentityFilter& filter : filters) {
    if (seen.insert(filter.field).second) fields.push_back(field_text(filter.field, certificate));
  }
  return joined(fields, "; ");
}

}  // namespace hoplab::pki
