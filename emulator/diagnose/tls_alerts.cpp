#include "diagnose/tls_alerts.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::diagnose {

namespace {

struct Alert {
  std::string_view number, name;
  std::string_view words = {};  // Go's, where they are others (crypto/tls/alert.go)
};

constexpr Alert kAlerts[] = {
    {"10", "unexpected_message"},
    {"20", "bad_record_mac"},
    {"22", "record_overflow"},
    {"40", "handshake_failure"},
    {"42", "bad_certificate"},
    {"43", "unsupported_certificate"},
    {"44", "certificate_revoked", "revoked certificate"},
    {"45", "certificate_expired", "expired certificate"},
    {"46", "certificate_unknown", "unknown certificate"},
    {"47", "illegal_parameter"},
    {"48", "unknown_ca", "unknown certificate authority"},
    {"49", "access_denied"},
    {"50", "decode_error", "error decoding message"},
    {"51", "decrypt_error", "error decrypting message"},
    {"70", "protocol_version"},
    {"71", "insufficient_security"},
    {"80", "internal_error"},
    {"86", "inappropriate_fallback"},
    {"90", "user_canceled"},
    {"109", "missing_extension"},
    {"110", "unsupported_extension"},
    {"112", "unrecognized_name"},
    {"113", "bad_certificate_status_response"},
    {"115", "unknown_psk_identity"},
    {"116", "certificate_required"},
    {"120", "no_application_protocol"},
};

std::string letters_of(std::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (is_letter(c)) letters += lower_case(c);
  }
  return letters;
}

}  // namespace

std::string alert_name(std::string_view number) {
  const auto found = std::ranges::find(kAlerts, number, &Alert::number);
  return std::string(found == std::end(kAlerts) ? number : found->name);
}

std::string_view alert_in(std::string_view line) {
  const std::string letters = letters_of(line);
  auto from = letters.find("alert");
  if (from == std::string::npos) from = letters.find("remoteerrortls");
  if (from == std::string::npos) return {};
  std::string_view best;
  for (const Alert& alert : kAlerts) {
    const bool named =
        letters.find(letters_of(alert.name), from) != std::string::npos ||
        (!alert.words.empty() && letters.find(letters_of(alert.words), from) != std::string::npos);
    if (named && (best.size() < alert.name.size() || alert.name == "unknown_ca")) best = alert.name;
  }
  return best;
}

}  // namespace hoplab::diagnose
