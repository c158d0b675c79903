#include "aws/nlb/tls_access_log.h"

#include <utility>

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

std::string tls_access_log_line(const TlsAccessLogEntry& entry, LogFormat format) {
  LogFields fields(format);
  fields.plain("type", "tls")
      .plain("version", "2.0")
      .plain("time", seconds(entry.ended_at))
      .plain("elb", entry.load_balancer)
      .plain("listener", entry.listener)
      .plain("client_port", entry.client)
      .plain("destination_port", entry.destination)
      .plain("connection_time", milliseconds(entry.ended_at - entry.established_at))
      .plain("tls_handshake_time",
             entry.handshake_time ? milliseconds(*entry.handshake_time) : std::string())
      .plain("received_bytes", std::to_string(entry.received_bytes))
      .plain("sent_bytes", std::to_string(entry.sent_bytes))
      .plain("incoming_tls_alert",
             entry.incoming_tls_alert ? std::to_string(*entry.incoming_tls_alert) : std::string())
      .plain("chosen_cert_arn", entry.certificate_arn)
      .plain("chosen_cert_serial", {})  // "always set to -"
      .plain("tls_cipher", entry.tls_cipher)
      .plain("tls_protocol_version", protocol(entry.tls_protocol))
      .plain("tls_keyexchange", entry.tls_key_exchange)
      .plain("domain_name", url_encoded(entry.domain_name))
      .plain("alpn_fe_protocol", entry.alpn)
      .plain("alpn_be_protocol", {})             // none is agreed on with targets
      .plain("alpn_client_preference_list", {})  // not kept
      .plain("tls_connection_creation_time", seconds(entry.established_at));
  return std::move(fields).take();
}

}  // namespace hoplab::aws
