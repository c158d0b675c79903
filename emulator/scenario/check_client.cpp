#include "scenario/check_client.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "base/task_group.h"
#include "http/http1_client.h"
#include "net/tcp_stream.h"
#include "tls/tls_stream.h"

namespace hoplab::scenario {

namespace {

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

Result<tls::Context> context_for(const Check& check, const Emulator& emulator) {
  tls::ClientSettings settings;
  settings.ca_pem = read_text(emulator.ca_bundle());
  settings.oldest = tls::ProtocolVersion::tls12;
  if (check.tls == TlsVersion::tls12) settings.newest = tls::ProtocolVersion::tls12;
  if (check.tls == TlsVersion::tls13) settings.oldest = tls::ProtocolVersion::tls13;
  settings.alpn = tls::Alpn::http11;
  if (check.certificate) {
    const CertificatePaths& paths = emulator.certificates().at(*check.certificate);
    settings.certificate_pem = read_text(paths.cert);
    settings.key_pem = read_text(paths.key);
  }
  return tls::Context::client(settings);
}

/// A request body held in memory.
class TextBody final : public http::BodySource {
 public:
  explicit TextBody(std::string_view text) : left_(text) {}
  net::IoResult try_read(std::span<char> into) override {
    if (left_.empty()) return {net::IoStatus::closed, 0};
    const std::size_t count = left_.copy(into.data(), into.size());
    left_.remove_prefix(count);
    return {net::IoStatus::ok, count};
  }
  void watch(WaitSlot* slot) override {
    if (slot) slot->notify();
  }
  [[nodiscard]] std::optional<std::uint64_t> remaining() const override { return left_.size(); }

 private:
  std::string_view left_;
};

class Attempt {
 public:
  Attempt(Loop& loop, const Check& check, const Emulator& emulator, Duration timeout)
      : loop_(loop), check_(check), emulator_(emulator), timeout_(timeout) {}

  Task<void> run() {
    const EndpointAddress& entry = emulator_.endpoints().front();
    auto dialer = net::make_tcp_dialer(loop_, entry.address, entry.port);
    if (!dialer) {
      seen.trouble = dialer.error();
      co_return;
    }
    auto dialed = co_await dialer.value()->dial(timeout_);
    if (!dialed.stream) {
      seen.trouble = dialed.failure == Reason::target_timeout ? "connecting timed out"
                                                              : "the connection was refused";
      if (dialed.failure == Reason::target_timeout) seen.end = EndKind::silence;
      co_return;
    }
    seen.local_address = net::local_address(*dialed.stream).text();
    if (emulator_.url().starts_with("https:")) {
      co_await over_tls(std::move(dialed.stream), entry.dns_name);
    } else {
      co_await ask(std::move(dialed.stream), entry.dns_name);
    }
  }

  Observation seen;

 private:
  Task<void> over_tls(std::unique_ptr<net::Stream> stream, const std::string& name) {
    const auto context = context_for(check_, emulator_);
    if (!context) {
      seen.trouble = context.error();
      co_return;
    }
    auto tls = tls::TlsStream::client(std::move(stream), context.value(), name);
    const tls::HandshakeResult result = co_await tls->handshake(timeout_);
    if (result.failure == tls::HandshakeFailure::none) {
      co_await ask(std::move(tls), name);
      co_return;
    }
    using enum tls::HandshakeFailure;
    seen.trouble = "the TLS handshake did not end well";
    if (result.failure == peer_reset) note_end(EndKind::rst, "reset in the TLS handshake");
    if (result.failure == peer_closed) note_end(EndKind::fin, "closed in the TLS handshake");
    if (result.failure == timeout) note_end(EndKind::silence, "silence in the TLS handshake");
    if (result.failure == peer_alert) seen.trouble = "a TLS alert in the handshake";
  }

  Task<void> ask(std::unique_ptr<net::Stream> stream, const std::string& name) {
    http::Http1Client client(std::move(stream), timeout_);
    http::Request request;
    http::Response response;
    TextBody body(check_.request.body);
    fill(request, name);
    if (!check_.request.body.empty()) request.body = &body;
    const auto failure = co_await client.exchange(request, response);
    switch (failure) {
      case http::ExchangeFailure::none: co_await take(client, response); break;
      case http::ExchangeFailure::target_reset:
        note_end(EndKind::rst, "reset before an answer");
        break;
      case http::ExchangeFailure::target_closed:
        note_end(EndKind::fin, "closed before an answer");
        break;
      case http::ExchangeFailure::timeout:
        note_end(EndKind::silence, "no answer in time");
        break;
      default: seen.trouble = "the answer is not HTTP";
    }
  }

  void fill(http::Request& request, const std::string& name) const {
    request.method = check_.request.method;
    request.target = check_.request.path;
    bool host = false;
    for (const auto& [header, value] : check_.request.headers) {
      host |= http::iequals(header, "Host");
      request.headers.add(header, value);
    }
    if (!host) request.headers.add("Host", name);
  }

  Task<void> take(http::Http1Client& client, http::Response& response) {
    seen.status = response.status;
    for (const auto& field : response.headers.fields()) {
      seen.headers.emplace_back(field.name, field.value);
    }
    seen.body = response.text;
    WaitSlot slot(loop_);
    std::array<char, 16384> piece;
    for (http::BodySource* body = client.body(); body;) {
      const net::IoResult result = body->try_read(piece);
      seen.body.append(piece.data(), result.size);
      if (result.status == net::IoStatus::closed) break;
      if (result.status == net::IoStatus::failed) {
        note_end(EndKind::rst, "the answer's body was cut short");
        break;
      }
      if (result.ok()) continue;
      body->watch(&slot);
      co_await slot;
      body->watch(nullptr);
    }
    client.stream().shutdown_write();
  }

  void note_end(EndKind end, const char* what) {
    seen.end = end;
    seen.trouble = what;
  }

  Loop& loop_;
  const Check& check_;
  const Emulator& emulator_;
  Duration timeout_;
};

}  // namespace

Observation perform(const Check& check, const Emulator& emulator, Duration timeout) {
  Loop loop;
  Attempt attempt(loop, check, emulator, timeout);
  TaskGroup tasks;
  tasks.spawn(attempt.run());
  loop.run_until([&tasks] { return tasks.running() == 0; });
  return std::move(attempt.seen);
}

}  // namespace hoplab::scenario
