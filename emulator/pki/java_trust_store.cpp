#include "pki/java_trust_store.h"

#include <string_view>

namespace hoplab::pki {

namespace {

using namespace std::string_view_literals;

// Object identifiers, as their DER holds them.
constexpr std::string_view kData = "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"sv;
constexpr std::string_view kCertificateBag = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x0a\x01\x03"sv;
constexpr std::string_view kX509Certificate = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x16\x01"sv;
constexpr std::string_view kFriendlyName = "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x14"sv;
/// Oracle's 2.16.840.1.113894.746875.1.1: Java takes an entry that has it for a trusted one.
constexpr std::string_view kTrustedKeyUsage = "\x60\x86\x48\x01\x86\xf9\x66\xad\xca\x7b\x01\x01"sv;
constexpr std::string_view kAnyExtendedKeyUsage = "\x55\x1d\x25\x00"sv;

constexpr char kInteger = 0x02, kOctetString = 0x04, kObjectIdentifier = 0x06, kBmpString = 0x1e;
constexpr char kSequence = 0x30, kSet = 0x31, kExplicit0 = static_cast<char>(0xa0);

std::string der(char tag, std::string_view content) {
  std::string bytes(1, tag);
  constexpr std::size_t kShort = 0x80;
  if (content.size() < kShort) {
    bytes += static_cast<char>(content.size());
  } else {
    std::string size;
    for (std::size_t rest = content.size(); rest > 0; rest >>= 8) {
      size.insert(size.begin(), static_cast<char>(rest & 0xff));
    }
    bytes += static_cast<char>(kShort | size.size());
    bytes += size;
  }
  return bytes.append(content);
}

std::string oid(std::string_view content) {
  return der(kObjectIdentifier, content);
}

/// ContentInfo of the type "data".
std::string content_info(const std::string& content) {
  return der(kSequence, oid(kData) + der(kExplicit0, der(kOctetString, content)));
}

std::string attribute(std::string_view type, const std::string& value) {
  return der(kSequence, oid(type) + der(kSet, value));
}

std::string bmp(std::string_view ascii) {
  std::string wide;
  for (const char c : ascii) wide.append(1, '\0').append(1, c);
  return der(kBmpString, wide);
}

std::string trusted(const std::string& certificate, std::size_t number) {
  const std::string bag =
      der(kSequence, oid(kX509Certificate) + der(kExplicit0, der(kOctetString, certificate)));
  const std::string alias = "ca-" + std::to_string(number);
  const std::string attributes =
      attribute(kFriendlyName, bmp(alias)) + attribute(kTrustedKeyUsage, oid(kAnyExtendedKeyUsage));
  return der(kSequence, oid(kCertificateBag) + der(kExplicit0, bag) + der(kSet, attributes));
}

}  // namespace

std::string java_trust_store(const std::vector<std::string>& certificates) {
  std::string bags;
  for (std::size_t i = 0; i < certificates.size(); ++i) bags += trusted(certificates[i], i + 1);
  const std::string safe = der(kSequence, content_info(der(kSequence, bags)));
  return der(kSequence, der(kInteger, "\x03") + content_info(safe));
}

}  // namespace hoplab::pki
