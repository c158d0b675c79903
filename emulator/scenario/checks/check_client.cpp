#include "scenario/checks/check_client.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <array>

#include "aws/apigateway/access_rules.h"
#include "aws/iam/sign_request.h"
#include "base/ascii.h"
#include "base/deadline.h"
#include "base/file.h"
#include "base/task_group.h"
#include "http/body_reading.h"
#include "http/h1/http1_client.h"
#include "http/h2/http2_client.h"
#include "http/text_body.h"
#include "net/close.h"
#include "net/tcp_stream.h"
#include "tls/tls_stream.h"

namespace hoplab::scenario {

namespace {

Result<tls::Context> context_for(const Check& check, const Emulator& emulator) {
  tls::ClientSettings settings;
  auto bundle = read_file(emulator.ca_bundle());
  if (!bundle) return Error{bundle.error()};
  settings.ca_pem = std::move(bundle).value();
  settings.oldest = tls::ProtocolVersion::tls12;
  if (check.tls == TlsVersion::tls12) settings.newest = tls::ProtocolVersion::tls12;
  if (check.tls == TlsVersion::tls13) settings.oldest = tls::ProtocolVersion::tls13;
  const bool http2 = check.http == HttpVersion::http2;
  // h2 alone, so that a server without HTTP/2 has nothing else to choose.
  settings.alpn = http2 ? tls::Alpn::http2 : tls::Alpn::http11;
  if (check.certificate) {
    const CertificatePaths paths = emulator.certificates().at(*check.certificate);
    auto certificate = read_file(paths.cert);
    if (!certificate) return Error{certificate.error()};
    auto key = read_file(paths.key);
    if (!key) return Error{key.error()};
    settings.certificate_pem = std::move(certificate).value();
    settings.key_pem = std::move(key).value();
  }
  return tls::Context::client(settings);
}

/// What the client makes of the server it says, as the TLS libraries do.
constexpr bool kTellByAlert = true;

std::string describe(EndKind end) {
  switch (end) {
    case EndKind::fin: return "closed";
    case EndKind::rst: return "reset";
    case EndKind::silence: break;
  }
  return "silence";
}

/// What the other side said beside its bytes.
std::string refusal(const http::Http1Client&) {
  return {};
}
std::string refusal(const http::Http2Client& client) {
  return client.refusal();
}

class Attempt {
 public:
  Attempt(Loop& loop, const Check& check, Emulator& emulator, const Patience& patience)
      : loop_(loop),
        check_(check),
        emulator_(emulator),
        patience_(patience),
        way_in_(check.way_in) {}

  /// The check's request.
  Task<void> begin() {
    timeout_ = patience_(check_.expect);
    co_await send(check_.request);
  }

  Task<void> take_step(const CheckStep& step) {
    const std::string before = seen.local_address;
    seen = Observation();
    seen.local_address = before;
    if (const std::string trouble = apply(step); !trouble.empty()) {
      seen.trouble = trouble;
    } else if (step.request) {
      timeout_ = patience_(step.expect);
      if (step.way_in.given()) {
        co_await finish();
        forget();
        way_in_ = step.way_in;
      }
      co_await send(*step.request);
    } else if (!connected()) {
      if (step.expect.end || step.expect.silence) seen.trouble = "the connection had ended before";
    } else if (step.expect.silence || step.expect.end == EndKind::silence) {
      seen.silence = co_await quiet();
      if (seen.silence && step.expect.end) seen.end = EndKind::silence;
    } else if (step.expect.end) {
      seen.end = co_await what_follows(stream());
      if (seen.end) forget();
    }
  }

  /// Ends the connection in order after the last answer.
  Task<void> finish() {
    if (http1_) http1_->stream().shutdown_write();
    if (!http2_) co_return;
    http2_->close();
    // What the server still sends must not make our socket reset.
    co_await net::close_in_order(http2_->stream());
  }

  Observation seen;

 private:
  [[nodiscard]] bool http2() const { return check_.http == HttpVersion::http2; }
  [[nodiscard]] bool connected() const { return http1_ || http2_; }
  [[nodiscard]] net::Stream& stream() { return http1_ ? http1_->stream() : http2_->stream(); }
  /// Whether nothing comes, not even an end, also not a moment later.
  Task<bool> quiet() {
    constexpr Duration kMoment = 100ms;
    std::array<char, 1> byte;
    const net::IoResult read = co_await net::read_within(stream(), byte, kMoment);
    co_return read.would_block();
  }

  std::string apply(const CheckStep& step) {
    for (const CheckStep::Made& one : step.changes) {
      if (auto applied = emulator_.apply(one.change); !applied) return applied.error();
    }
    if (step.advance_s) emulator_.advance(std::chrono::seconds(*step.advance_s));
    return {};
  }

  Task<void> send(const CheckRequest& request) {
    request_ = &request;
    if (http1_ && !http1_->reusable()) {  // a WebSocket
      co_await finish();
      forget();
    }
    if (http1_) http1_->set_timeout(timeout_);
    if (!connected()) co_await connect();
    if (http1_) co_await ask_with(*http1_);
    if (http2_) co_await ask_with(*http2_);
    // The next one gets another connection when this one can take none. A WebSocket stays open.
    const bool upgraded = seen.status == 101;
    const bool spent = http2_ || (http1_ && !http1_->reusable() && !upgraded);
    if (spent) co_await finish();
    if (!seen.status || seen.end || spent) forget();
  }

  void forget() {
    http1_.reset();
    http2_.reset();
    tls_ = nullptr;
  }

  [[nodiscard]] net::DialOptions dial_options() const {
    net::DialOptions options;
    const auto colon = way_in_.from.find(':');
    options.source_ip = way_in_.from.substr(0, colon);
    if (colon != std::string::npos) {
      options.source_port = static_cast<std::uint16_t>(std::stoi(way_in_.from.substr(colon + 1)));
    }
    return options;
  }

  Task<void> connect() {
    const std::optional<EndpointAddress> entry = find_way_in(emulator_, way_in_);
    if (!entry) {
      seen.trouble = "there is no such way in";
      co_return;
    }
    name_ = server_name(*entry, way_in_);
    auto dialer = net::make_tcp_dialer(loop_, entry->address, entry->port);
    if (!dialer) {
      seen.trouble = dialer.error();
      co_return;
    }
    const net::DialOptions options = dial_options();
    seen.local_address.clear();
    const Time began = loop_.clock().now();
    auto dialed = co_await dialer.value()->dial(timeout_, options);
    const std::string ip = options.source_ip.empty() ? "127.0.0.1" : options.source_ip;
    seen.barrier = emulator_.keeps_out(ip, *entry);
    if (!dialed.stream) {
      const bool silence = dialed.failure == Reason::target_connect_timeout;
      seen.trouble = silence ? "connecting timed out" : "the connection was refused";
      seen.end = silence ? EndKind::silence : EndKind::rst;
      seen.refused = !silence;
      emulator_.capture_failed_attempt(ip, *entry, loop_.clock().now() - began, seen.refused);
      if (seen.barrier) seen.trouble += ": " + net::to_text(*seen.barrier);
      co_return;
    }
    seen.local_address = net::local_address(*dialed.stream).text();
    const bool tls = speaks_tls(*entry, way_in_);
    if (tls) {
      co_await over_tls(std::move(dialed.stream));
    } else {
      speak_http(std::move(dialed.stream));
    }
  }

  Task<void> over_tls(std::unique_ptr<net::Stream> stream) {
    const auto context = context_for(check_, emulator_);
    if (!context) {
      seen.trouble = context.error();
      co_return;
    }
    auto tls = tls::TlsStream::client(std::move(stream), context.value(), name_);
    const tls::HandshakeResult result = co_await tls->handshake(timeout_, kTellByAlert);
    if (result.failure != tls::HandshakeFailure::none) {
      co_await note_handshake_failure(*tls, result);
      co_return;
    }
    if (http2() && tls->alpn() != "h2") {
      seen.trouble = "the server did not agree to HTTP/2: ";
      seen.trouble += tls->alpn().empty() ? "no protocol by ALPN" : tls->alpn();
      co_await net::close_in_order(*tls);
      co_return;
    }
    tls_ = tls.get();
    speak_http(std::move(tls));
  }

  /// Without TLS HTTP/2 is with prior knowledge (RFC 9113 3.3).
  void speak_http(std::unique_ptr<net::Stream> stream) {
    if (http2()) {
      const char* scheme = tls_ ? "https" : "http";
      http2_ = std::make_unique<http::Http2Client>(std::move(stream), timeout_, scheme);
    } else {
      http1_ = std::make_unique<http::Http1Client>(std::move(stream), timeout_);
    }
  }

  Task<void> note_handshake_failure(tls::TlsStream& tls, tls::HandshakeResult result) {
    using enum tls::HandshakeFailure;
    const char* reason = ERR_reason_error_string(result.error);
    switch (result.failure) {
      case peer_reset: note_end(EndKind::rst, "reset in the TLS handshake"); break;
      case peer_closed: note_end(EndKind::fin, "closed in the TLS handshake"); break;
      case timeout: note_end(EndKind::silence, "silence in the TLS handshake"); break;
      case peer_alert: {
        const int alert = ERR_GET_REASON(result.error) - SSL_AD_REASON_OFFSET;
        seen.trouble = "a TLS alert in the handshake: ";
        seen.trouble += SSL_alert_desc_string_long(alert);
        co_await note_alert(tls);
        break;
      }
      default:  // our own verdict: an untrusted server, no common version
        seen.trouble = "the TLS handshake failed: ";
        seen.trouble += reason ? reason : "no reason known";
        // What the server has sent behind must not make our socket reset.
        co_await net::close_in_order(tls.lower());
    }
  }

  /// An alert is none of the ends that a check names, which are those without one.
  Task<void> note_alert(tls::TlsStream& tls) {
    seen.tls_alert = true;
    const auto end = co_await what_follows(tls.lower());
    seen.trouble += end ? ", then " + describe(*end) : ", and the connection stayed open";
  }

  template <class Client>
  Task<void> ask_with(Client& client) {
    http::Request request;
    http::Response response;
    http::TextBody body(request_->body);
    http::FieldList fields;
    response.as_received = &fields;
    fill(request);
    if (!request_->body.empty()) request.body = &body;
    const auto failure = co_await client.exchange(request, response);
    if (failure == http::ExchangeFailure::none) {
      co_await take(client, response);
    } else if (tls_ && tls_->peer_sent_alert()) {
      seen.trouble = "a TLS alert after the handshake";
      co_await note_alert(*tls_);
    } else if (const std::string said = refusal(client); !said.empty()) {
      seen.trouble = "the server refused: " + said;
      seen.end = co_await what_follows(client.stream());
    } else {
      note_failure(failure);
    }
  }

  void note_failure(http::ExchangeFailure failure) {
    switch (failure) {
      case http::ExchangeFailure::target_reset:
        note_end(EndKind::rst, "reset before an answer");
        break;
      case http::ExchangeFailure::target_closed:
        note_end(EndKind::fin, "closed before an answer");
        break;
      case http::ExchangeFailure::timeout: note_end(EndKind::silence, "no answer in time"); break;
      default: seen.trouble = http2() ? "the answer is not HTTP/2" : "the answer is not HTTP";
    }
  }

  void fill(http::Request& request) const {
    request.method = request_->method;
    request.target = request_->path;
    bool host = false;
    for (const auto& [header, value] : request_->headers) {
      host |= iequals(header, "Host");
      request.headers.add(header, value);
    }
    if (!host) request.headers.add("Host", name_);
    if (!request_->signed_with.empty()) sign(request);
  }

  /// At the emulated time. The fields live in the request's arena.
  void sign(http::Request& request) const {
    const auto topology = emulator_.topology();
    const auto* const key = model::Topology::find(topology->access_keys, request_->signed_with);
    if (key == nullptr) return;  // a change of the check's has taken it away
    const std::string_view target = request.target;
    const auto question = std::min(target.find('?'), target.size());
    const auto fields =
        aws::sign_request({.method = request.method,
                           .path = target.substr(0, question),
                           .query = target.substr(std::min(question + 1, target.size())),
                           .headers = request.headers.fields(),
                           .body = request_->body,
                           .region = topology->region,
                           .now = emulator_.now()},
                          aws::credentials_of(*key, emulator_.now()));
    for (const auto& [name, value] : fields) {
      request.headers.add(request.arena.copy(name), request.arena.copy(value));
    }
  }

  template <class Client>
  Task<void> take(Client& client, http::Response& response) {
    seen.status = response.status;
    for (const auto& field : *response.as_received) {
      seen.headers.emplace_back(field.name, field.value);
    }
    seen.body = response.text;
    http::BodySource* const body = client.body();
    if (!body) co_return;
    const auto end = co_await http::read_body(loop_, *body, seen.body, std::string::npos - 1);
    if (end == net::IoStatus::failed) co_await note_short_body(client);
  }

  template <class Client>
  Task<void> note_short_body(Client& client) {
    if (loop_.now() >= client.last_activity() + timeout_) {  // the client gave it up
      note_end(EndKind::silence, "the answer's body stopped");
      co_return;
    }
    seen.trouble = "the answer's body was cut short";
    const std::string said = refusal(client);
    if (!said.empty()) seen.trouble += ": " + said;
    if (tls_ && tls_->peer_sent_alert()) {
      seen.trouble += " by a TLS alert";
      co_await note_alert(*tls_);
    } else {
      seen.end = co_await what_follows(client.stream());
    }
  }

  /// How the other side ends the connection after its last word; none when it does not, soon.
  Task<std::optional<EndKind>> what_follows(net::Stream& stream) {
    WaitSlot slot(loop_);
    Deadline deadline(loop_, slot);
    deadline.after(net::kLingerTime);
    std::array<char, 1024> sink;
    std::optional<EndKind> end;
    while (!deadline.passed() && !end) {
      const net::IoResult result = stream.try_read(sink);
      if (result.status == net::IoStatus::closed) end = EndKind::fin;
      if (result.status == net::IoStatus::failed) end = EndKind::rst;
      if (!result.would_block()) continue;
      stream.watch_read(&slot);
      co_await slot;
      stream.watch_read(nullptr);
    }
    co_return end;
  }

  void note_end(EndKind end, const char* what) {
    seen.end = end;
    seen.trouble = what;
  }

  Loop& loop_;
  const Check& check_;
  Emulator& emulator_;
  const Patience& patience_;
  WayIn way_in_;
  Duration timeout_{};
  std::string name_;  // of the way in
  const CheckRequest* request_ = nullptr;
  // One of the two while there is a connection; tls_ is below it, after the handshake.
  std::unique_ptr<http::Http1Client> http1_;
  std::unique_ptr<http::Http2Client> http2_;
  tls::TlsStream* tls_ = nullptr;
};

}  // namespace

std::optional<EndpointAddress> find_way_in(const Emulator& emulator, const WayIn& way) {
  std::vector<EndpointAddress> all = emulator.endpoints();
  if (all.empty()) return std::nullopt;
  const std::string name = way.through.empty() ? all.front().name : way.through;
  std::erase_if(all, [&](const EndpointAddress& one) {
    return one.name != name || (way.port && one.listener_port != *way.port) ||
           (!way.zone.empty() && one.zone != way.zone);
  });
  if (all.empty()) return std::nullopt;
  // Who says no zone is a client that has asked DNS.
  const auto zones = emulator.zonal_health();
  const auto in_dns = std::ranges::find_if(all, [&zones](const EndpointAddress& one) {
    const auto node = std::ranges::find(zones, one.address, &ZoneStatus::address);
    return node == zones.end() || node->in_dns;
  });
  return in_dns == all.end() ? all.front() : *in_dns;
}

std::string server_name(const EndpointAddress& endpoint, const WayIn& way) {
  return way.server_name.empty() ? endpoint.client_name : way.server_name;
}

bool speaks_tls(const EndpointAddress& endpoint, const WayIn& way) {
  return way.tls.value_or(endpoint.tls);
}

void perform(const Check& check, Emulator& emulator, const Patience& patience,
             const std::function<void(std::size_t, const Observation&)>& observed) {
  Loop loop;
  Attempt attempt(loop, check, emulator, patience);
  const auto run = [&loop](Task<void> task) {
    TaskGroup tasks;
    tasks.spawn(std::move(task));
    loop.run_until([&tasks] { return tasks.running() == 0; });
  };
  const std::size_t last = check.then.size();
  for (std::size_t number = 0; number <= last; ++number) {
    run(number == 0 ? attempt.begin() : attempt.take_step(check.then[number - 1]));
    if (number == last) run(attempt.finish());
    observed(number, attempt.seen);
  }
}

}  // namespace hoplab::scenario
