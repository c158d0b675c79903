#include "aws/nlb/tls_access_log.h"

#include <utility>

#include "aws/logs/load_balancer_log.h"
#include "base/ascii.h"

namespace hoplab::aws {

namespace {

std::string milliseconds(Duration duration) {
  using std::chrono::milliseconds;
  return std::to_string(std::chrono::round<milliseconds>(duration).count());
}

/// In UTC, which it does not say.
std::string seconds(Time at) {
  std::string text = iso8601_seconds(epoch_seconds(at));
  text.pop_back();  // the Z
  return text;
}

/// "TLSv1.2" as the log writes it: tlsv12.
std::string protocol(std::string_view name) {
  std::string text = lower_case(name);
  std::erase(text, '.');
  return text == "tlsv1" ? "tlsv10" : text;
}

/// What a URL may not hold is %XX.
std::string url_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

}  // namespace

std::string tls_access_log_line(const TlsAccessLogEntry& entry) {
  LogFields fields;
  const auto field = [&fields](std::string_view text) { fields.plain(text); };
  field("tls");
  field("2.0");
  field(seconds(entry.ended_at));
  field(entry.load_balancer);
  field(entry.listener);
  field(entry.client);
  field(entry.destination);
  field(milliseconds(entry.ended_at - entry.established_at));
  field(entry.handshake_time ? milliseconds(*entry.handshake_time) : std::string());
  field(std::to_string(entry.received_bytes));
  field(std::to_string(entry.sent_bytes));
  field(entry.incoming_tls_alert ? std::to_string(*entry.incoming_tls_alert) : std::string());
  field(entry.certificate_arn);
  field({});  // chosen_cert_serial: "always set to -"
  field(entry.tls_cipher);
  field(protocol(entry.tls_protocol));
  field(entry.tls_key_exchange);
  field(url_encoded(entry.domain_name));
  field(entry.alpn);
  field({});  // alpn_be_protocol: none is agreed on with targets
  field({});  // alpn_client_preference_list: not kept
  field(seconds(entry.established_at));
  return std::move(fields).take();
}

}  // namespace hoplab::aws
