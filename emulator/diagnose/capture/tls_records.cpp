#include "diagnose/capture/tls_records.h"

#include <algorithm>

#include "diagnose/capture/byte_reader.h"
#include "diagnose/tls_alerts.h"

namespace hoplab::diagnose {

namespace {

enum RecordType : std::uint8_t { kChangeCipherSpec = 20, kAlert, kHandshake, kApplicationData };
enum MessageType : std::uint8_t {
  kClientHello = 1,
  kServerHello = 2,
  kCertificate = 11,
  kCertificateRequest = 13,
  kFinished = 20,
  kKeyUpdate = 24
};
constexpr std::uint8_t kFatal = 2;
constexpr std::size_t kRecordHeader = 5, kRandom = 32;

struct Record {
  std::uint8_t type = 0;
  std::int64_t at_ns = 0;
  std::string body;
  bool opened = false;  // it was encrypted, and is not any more
};

std::vector<Record> records_of(const Side& side) {
  std::string bytes;
  std::vector<std::pair<std::size_t, std::int64_t>> ends;  // of chunks, in `bytes`
  for (const Chunk& chunk : side.sent) {
    bytes += chunk.bytes;
    ends.emplace_back(bytes.size(), chunk.at_ns);
  }
  std::vector<Record> records;
  std::size_t at = 0;
  while (at + kRecordHeader <= bytes.size()) {
    ByteReader in(std::string_view(bytes).substr(at), false);
    const std::uint8_t type = in.u8(), major = in.u8();
    in.skip(1);
    const std::size_t size = in.u16();
    if (type < kChangeCipherSpec || type > kApplicationData || major != 3) break;
    if (at + kRecordHeader + size > bytes.size()) break;
    at += kRecordHeader + size;
    const auto end = std::ranges::lower_bound(ends, at, {}, &decltype(ends)::value_type::first);
    records.push_back({type, end == ends.end() ? side.sent.back().at_ns : end->second,
                       bytes.substr(at - size, size)});
  }
  return records;
}

/// Handshake messages, which may begin and end anywhere in records.
class HandshakeMessages {
 public:
  template <class Each>
  void take(std::string_view bytes, Each&& each) {
    rest_ += bytes;
    while (true) {
      ByteReader in(rest_, false);
      const std::uint8_t type = in.u8();
      const std::uint32_t size = in.u24();
      const std::string_view body = in.view(size);
      if (in.failed()) return;
      each(type, body);
      rest_.erase(0, rest_.size() - in.left());
    }
  }

 private:
  std::string rest_;
};

/// The handshake's messages in the records before the first ChangeCipherSpec.
template <class Each>
void each_clear_message(const std::vector<Record>& records, Each&& each) {
  HandshakeMessages messages;
  for (const Record& record : records) {
    if (record.type == kChangeCipherSpec || record.opened) break;
    if (record.type == kHandshake) messages.take(record.body, each);
  }
}

template <class Each>
void each_extension(ByteReader in, Each&& each) {
  ByteReader list(in.view(in.u16()), false);
  while (list.left() >= 4) {
    const std::uint16_t type = list.u16();
    const std::uint16_t size = list.u16();
    each(type, ByteReader(list.view(size), false));
  }
}

/// What the two hellos say of the keys.
struct Hellos {
  std::string client_random, server_random;
  std::uint16_t suite = 0;
  bool encrypt_then_mac = false;
};

void read_client_hello(std::string_view body, TlsSeen& seen, Hellos& hellos) {
  ByteReader in(body, false);
  in.skip(2);
  hellos.client_random = in.bytes(kRandom);
  in.skip(in.u8());   // session id
  in.skip(in.u16());  // cipher suites
  in.skip(in.u8());   // compression
  each_extension(in, [&seen](std::uint16_t type, ByteReader value) {
    constexpr std::uint16_t kServerName = 0, kAlpn = 16;
    if (type == kServerName) {
      value.skip(2 + 1);
      seen.server_name = value.bytes(value.u16());
    }
    if (type != kAlpn) return;
    value.skip(2);
    while (value.left() > 1)
      seen.alpn.append(seen.alpn.empty() ? "" : ", ").append(value.view(value.u8()));
  });
}

void read_server_hello(std::string_view body, TlsSeen& seen, Hellos& hellos) {
  ByteReader in(body, false);
  const std::uint16_t legacy = in.u16();
  hellos.server_random = in.bytes(kRandom);
  in.skip(in.u8());
  hellos.suite = in.u16();
  in.skip(1);
  seen.version = legacy >= 0x0303 ? "1.2" : legacy == 0x0302 ? "1.1" : "1.0";
  bool alpn = false;
  each_extension(in, [&](std::uint16_t type, ByteReader value) {
    constexpr std::uint16_t kAlpn = 16, kEncryptThenMac = 22, kSupportedVersions = 43;
    if (type == kAlpn) alpn = true;
    if (type == kEncryptThenMac) hellos.encrypt_then_mac = true;
    if (type == kSupportedVersions && value.u16() == 0x0304) seen.version = "1.3";
  });
  seen.chose_no_alpn = !alpn && seen.version != "1.3";  // where it is encrypted
}

// Sizes of encrypted records of TLS 1.3, with the type's byte and the tag's 16.
constexpr std::size_t kHead = 4, kTail = 17, kSha256 = 32, kSha384 = 48;
constexpr std::size_t kEmptyCertificate13 = kHead + 1 + 3 + kTail, kAlert13 = 2 + kTail;
constexpr std::size_t kFinishedSha256 = kHead + kSha256 + kTail,
                      kFinishedSha384 = kHead + kSha384 + kTail;

bool is_finished(const Record& record) {
  return record.body.size() == kFinishedSha256 || record.body.size() == kFinishedSha384;
}

/// The client's second flight in TLS 1.3: Certificate and CertificateVerify when they were asked
/// for, Finished. Returns the place behind it.
std::size_t read_client_flight(const std::vector<Record>& records, TlsSeen& seen) {
  if (records.empty()) return 0;
  constexpr std::size_t kMost = 4;  // records of a flight
  std::size_t at = 0;
  while (at < records.size() && at < kMost && !is_finished(records[at])) ++at;
  if (at == records.size() || at == kMost) {  // in one record, or of an unusual size
    seen.client.finished_at_ns = records[0].at_ns;
    constexpr std::size_t kWithCertificate = 300;
    if (records[0].body.size() >= kWithCertificate)
      seen.certificate_requested = true, seen.certificate_shown = true;
    return 1;
  }
  seen.client.finished_at_ns = records[at].at_ns;
  seen.certificate_requested = at > 0;
  if (at > 0) seen.certificate_shown = records[0].body.size() != kEmptyCertificate13;
  return at + 1;
}

void read_alert(const Record& record, bool encrypted, TlsSide& side) {
  if (encrypted) {  // at the end of a connection it is close_notify as a rule
    side.close_notify = true;
    return;
  }
  if (record.body.size() < 2) return;
  const auto number = static_cast<std::uint8_t>(record.body[1]);
  if (number == 0) side.close_notify = true;
  if (static_cast<std::uint8_t>(record.body[0]) == kFatal || number != 0)
    side.alert = alert_name(std::to_string(number));
}

void take_data(const Record& record, TlsSide& side) {
  side.data.push_back({record.at_ns, record.body.size()});
  if (record.opened) side.text.push_back({record.at_ns, record.body});
}

void read_side_12(const std::vector<Record>& records, TlsSide& side) {
  bool encrypted = false;
  for (const Record& record : records) {
    if (record.type == kHandshake && encrypted && !side.finished_at_ns)
      side.finished_at_ns = record.at_ns;
    if (record.type == kChangeCipherSpec) encrypted = true;
    if (record.type == kAlert) read_alert(record, encrypted && !record.opened, side);
    if (record.type == kApplicationData) take_data(record, side);
  }
}

/// TLS 1.3 as it was encrypted.
void read_opened_13(const std::vector<Record>& records, bool of_client, TlsSeen& seen) {
  TlsSide& side = of_client ? seen.client : seen.server;
  HandshakeMessages messages;
  for (const Record& record : records) {
    if (record.type == kAlert) read_alert(record, false, side);
    if (!record.opened) continue;
    if (record.type == kApplicationData) take_data(record, side);
    if (record.type != kHandshake) continue;
    messages.take(record.body, [&](std::uint8_t type, std::string_view body) {
      constexpr std::size_t kEmptyCertificate = 1 + 3;
      if (type == kFinished) side.finished_at_ns = record.at_ns;
      if (type == kCertificateRequest) seen.certificate_requested = true;
      if (type == kCertificate && of_client)
        seen.certificate_shown = body.size() > kEmptyCertificate;
    });
  }
}

void read_data_13(const std::vector<Record>& records, TlsSide& side) {
  for (const Record& record : records) {
    if (record.type == kAlert) read_alert(record, false, side);
    if (record.type != kApplicationData) continue;
    if (record.body.size() == kAlert13)
      side.close_notify = true;
    else
      side.data.push_back({record.at_ns, record.body.size()});
  }
}

std::vector<Record> encrypted_of(const std::vector<Record>& records) {
  std::vector<Record> some;
  std::ranges::copy_if(records, std::back_inserter(some), [](const Record& record) {
    return record.type == kApplicationData || record.type == kAlert;
  });
  return some;
}

void read_13(const std::vector<Record>& client, const std::vector<Record>& server, TlsSeen& seen) {
  const std::vector<Record> sent = encrypted_of(client);
  const auto behind = static_cast<std::ptrdiff_t>(read_client_flight(sent, seen));
  read_data_13({sent.begin() + behind, sent.end()}, seen.client);
  // The server's flight is everything before the client's; what comes later are tickets and data.
  std::vector<Record> later;
  for (const Record& record : encrypted_of(server)) {
    if (seen.client.finished_at_ns && record.at_ns >= *seen.client.finished_at_ns) {
      later.push_back(record);
    } else if (record.type == kApplicationData) {
      seen.server.finished_at_ns = record.at_ns;
    } else {
      read_alert(record, false, seen.server);
    }
  }
  read_data_13(later, seen.server);
  // What ends the handshake is no close_notify.
  if (seen.server.close_notify && seen.server.data.empty() && seen.client.data.size() <= 1 &&
      seen.certificate_requested)
    seen.server.close_notify = false, seen.server.alert = "?";
}

// ---- With the secrets ---------------------------------------------------------------------------

/// Until the first record that does not open. Whether one did.
bool open_13(std::vector<Record>& records, const CipherSuite& suite, const std::string& handshake,
             const std::string& traffic) {
  RecordKeys keys(suite, handshake);
  HandshakeMessages messages;
  bool any = false;
  for (Record& record : records) {
    if (record.type != kApplicationData) continue;
    auto opened = keys.open(record.type, record.body);
    if (!opened) return any;
    record.type = opened->type;
    record.body = std::move(opened->text);
    record.opened = any = true;
    if (record.type != kHandshake) continue;
    messages.take(record.body, [&](std::uint8_t type, std::string_view) {
      if (type == kFinished) keys = RecordKeys(suite, traffic);
      if (type == kKeyUpdate) keys.update();
    });
  }
  return any;
}

bool open_12(std::vector<Record>& records, RecordKeys keys) {
  bool encrypted = false, any = false;
  for (Record& record : records) {
    if (record.type == kChangeCipherSpec) {
      encrypted = true;
    } else if (encrypted) {
      auto opened = keys.open(record.type, record.body);
      if (!opened) return any;
      record.body = std::move(opened->text);
      record.opened = any = true;
    }
  }
  return any;
}

/// Opens what it can. Whether anything was.
bool decrypt(std::vector<Record>& client, std::vector<Record>& server, const std::string& version,
             const Hellos& hellos, const TlsSecrets& secrets) {
  const auto secret = [&](std::string_view label) {
    return secrets.find(label, hellos.client_random);
  };
  if (version != "1.3") {
    const std::string* const master = secret("CLIENT_RANDOM");
    if (!master || version != "1.2") return false;
    const auto suite = cipher_suite(hellos.suite);
    if (!suite) return false;
    RecordKeys::Tls12 from{*master, hellos.client_random, hellos.server_random,
                           hellos.encrypt_then_mac, true};
    const bool of_client = open_12(client, RecordKeys(*suite, from));
    from.of_client = false;
    const bool of_server = open_12(server, RecordKeys(*suite, from));
    return of_client || of_server;
  }
  const std::string* const from_client = secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
  const std::string* const from_server = secret("SERVER_HANDSHAKE_TRAFFIC_SECRET");
  const std::string* const client_data = secret("CLIENT_TRAFFIC_SECRET_0");
  const std::string* const server_data = secret("SERVER_TRAFFIC_SECRET_0");
  if (!from_client || !from_server) return false;
  const auto suite = cipher_suite(hellos.suite);
  if (!suite) return false;
  static const std::string kNone;
  const bool of_client = open_13(client, *suite, *from_client, client_data ? *client_data : kNone);
  const bool of_server = open_13(server, *suite, *from_server, server_data ? *server_data : kNone);
  return of_client || of_server;
}

}  // namespace

std::optional<TlsSeen> tls_seen(const TcpFlow& flow, const TlsSecrets& secrets) {
  const std::string first = flow.client.sent.empty() ? "" : flow.client.sent.front().bytes;
  if (first.size() < 3 || first[0] != kHandshake || first[1] != 3) return std::nullopt;
  std::vector<Record> client = records_of(flow.client);
  std::vector<Record> server = records_of(flow.server);
  TlsSeen seen;
  Hellos hellos;
  each_clear_message(client, [&](std::uint8_t type, std::string_view body) {
    if (type == kClientHello && !seen.client.hello_at_ns) {
      seen.client.hello_at_ns = client.front().at_ns;
      read_client_hello(body, seen, hellos);
    }
    if (type == kCertificate) seen.certificate_shown = body.size() > 3;
  });
  each_clear_message(server, [&](std::uint8_t type, std::string_view body) {
    if (type == kServerHello && !seen.server.hello_at_ns) {
      seen.server.hello_at_ns = server.front().at_ns;
      read_server_hello(body, seen, hellos);
    }
    if (type == kCertificateRequest) seen.certificate_requested = true;
  });
  seen.decrypted = decrypt(client, server, seen.version, hellos, secrets);
  if (seen.version == "1.3" && seen.decrypted) {
    read_opened_13(client, true, seen);
    read_opened_13(server, false, seen);
  } else if (seen.version == "1.3") {
    read_13(client, server, seen);
  } else {
    read_side_12(client, seen.client);
    read_side_12(server, seen.server);
  }
  return seen;
}

}  // namespace hoplab::diagnose
