// TLS alerts by number and by the many ways in which libraries write them.
#pragma once

#include <string>
#include <string_view>

namespace hoplab::diagnose {

/// "protocol_version" of "70": RFC 8446's names, section 6. A number that has none stays.
[[nodiscard]] std::string alert_name(std::string_view number);

/// The alert that a line names ("tlsv1 alert unknown ca", "remote error: tls: bad certificate",
/// "Received fatal alert: handshake_failure", "AlertReceived(CertificateRequired)"). Empty: none.
[[nodiscard]] std::string_view alert_in(std::string_view line);

}  // namespace hoplab::diagnose
