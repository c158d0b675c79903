// Certificate texts: see certificate_text.h.
#include "pki/certificate_text.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

#include "pki/hex.h"
#include "pki/pem.h"

namespace hoplab::pki {
namespace {

std::string format_time(const std::tm& time) {
  std::array<char, 80> text{};
  const int size =
      std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", time.tm_year + 1900,
                    time.tm_mon + 1, time.tm_mday, time.tm_hour, time.tm_min, time.tm_sec);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string time_text(const ASN1_TIME* time) {
  std::tm parts{};
  return time != nullptr && ASN1_TIME_to_tm(time, &parts) == 1 ? format_time(parts) : std::string();
}

// 0: encode; 1: literal; 2: '=', which depends.
constexpr std::array<unsigned char, 256> kLiteral = [] {
  std::array<unsigned char, 256> table{};
  for (const char c : std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                       "0123456789-._~+/")) {
    table[static_cast<unsigned char>(c)] = 1;
  }
  table['='] = 2;
  return table;
}();

}  // namespace

std::string serial_text(const ASN1_INTEGER* serial) {
  if (serial == nullptr) return {};
  std::string_view bytes(reinterpret_cast<const char*>(ASN1_STRING_get0_data(serial)),
                         static_cast<std::size_t>(ASN1_STRING_length(serial)));
  while (bytes.starts_with('\0')) bytes.remove_prefix(1);
  if (bytes.empty()) return "0";
  const bool negative = (ASN1_STRING_type(serial) & V_ASN1_NEG) != 0;
  return negative ? "-" + hex_from_bytes(bytes) : hex_from_bytes(bytes);
}

std::string serial_text(const X509* certificate) {
  return serial_text(X509_get0_serialNumber(certificate));
}

std::string validity_text(const X509* certificate) {
  const ErrorQueueGuard guard;
  return "NotBefore=" + time_text(X509_get0_notBefore(certificate)) +
         ";NotAfter=" + time_text(X509_get0_notAfter(certificate));
}

std::string iso_time(std::int64_t seconds) {
  const auto value = static_cast<std::time_t>(seconds);
  std::tm parts{};
  return gmtime_r(&value, &parts) != nullptr ? format_time(parts) : std::string();
}

std::optional<std::int64_t> to_seconds(const ASN1_TIME* time) {
  const ErrorQueueGuard guard;
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  const std::chrono::sys_days day = std::chrono::year(parts.tm_year + 1900) /
                                    std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)) /
                                    std::chrono::day(static_cast<unsigned>(parts.tm_mday));
  return std::int64_t{day.time_since_epoch().count()} * 86400 + parts.tm_hour * 3600 +
         parts.tm_min * 60 + parts.tm_sec;
}

std::string certificate_pem(const X509* certificate) {
  const std::string der = certificate_der(certificate);
  return der.empty() ? std::string() : pem_encode("CERTIFICATE", der);
}

std::string chain_pem(const STACK_OF(X509) * chain) {
  std::string out;
  for (int i = 0; i < sk_X509_num(chain); ++i) out += certificate_pem(sk_X509_value(chain, i));
  return out;
}

std::string url_encode_pem(std::string_view pem, PemUrlEncoding encoding) {
  std::string out;
  out.reserve(pem.size() + pem.size() / 16 + 64);
  for (const char c : pem) {
    const auto byte = static_cast<unsigned char>(c);
    if (kLiteral[byte] == 1 || (kLiteral[byte] == 2 && !encoding.encode_equals)) {
      out += c;
    } else {
      out += '%';
      out += kUpperHexDigits[byte >> 4];
      out += kUpperHexDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace hoplab::pki
