#include "diagnose/capture/story.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "capture/capture.h"
#include "diagnose/capture/plain_http.h"
#include "diagnose/capture/tls_records.h"
#include "diagnose/known_codes.h"
#include "diagnose/log_fields.h"
#include "diagnose/recognise.h"

namespace hoplab::diagnose {

namespace {

using scenario::Fact;
using scenario::Facts;

// Seconds. No program thinks for so long between two segments; and one that has not answered for so
// long when the capture ends is worth a word.
constexpr double kPause = 3, kUnanswered = 0.9;

double seconds(std::int64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

/// To the millisecond, as facts have it.
std::string rounded(double value) {
  return number_text(static_cast<double>(static_cast<std::int64_t>(value * 1000 + 0.5)) / 1000);
}

std::string method_of(const std::string& request_line) {
  return request_line.substr(0, request_line.find(' '));
}

enum class Who { client, server, nobody };

std::string_view name(Who who) {
  return who == Who::client ? "the client" : "the server";
}

struct End {
  Who by = Who::nobody;
  bool reset = false;
  std::int64_t at_ns = 0;
};

/// The first FIN or RST.
End first_end(const TcpFlow& flow) {
  End end;
  const auto consider = [&end](Who who, bool reset, const std::optional<std::int64_t>& at_ns) {
    if (at_ns && (end.by == Who::nobody || *at_ns < end.at_ns)) end = {who, reset, *at_ns};
  };
  consider(Who::client, false, flow.client.fin_at_ns);
  consider(Who::server, false, flow.server.fin_at_ns);
  consider(Who::client, true, flow.client.rst_at_ns);
  consider(Who::server, true, flow.server.rst_at_ns);
  return end;
}

/// Whose turn it was: what each side had sent of what it was about, without the handshake.
struct Turns {
  std::optional<std::int64_t> client_at_ns, server_at_ns;  // the last of each before the end
  std::int64_t quiet_before_last_ns = 0;                   // before the client's last turn

  [[nodiscard]] bool unanswered() const {
    return client_at_ns && (!server_at_ns || *server_at_ns < *client_at_ns);
  }
  [[nodiscard]] std::int64_t last_ns(std::int64_t otherwise) const {
    return std::max(client_at_ns.value_or(otherwise), server_at_ns.value_or(otherwise));
  }
};

Turns turns_of(const std::vector<std::int64_t>& client, const std::vector<std::int64_t>& server,
               std::int64_t until_ns) {
  Turns turns;
  std::vector<std::pair<std::int64_t, Who>> all;
  for (const std::int64_t at : client) all.emplace_back(at, Who::client);
  for (const std::int64_t at : server) all.emplace_back(at, Who::server);
  std::ranges::stable_sort(all, {}, &decltype(all)::value_type::first);
  std::optional<std::int64_t> before;
  for (const auto& [at, who] : all) {
    if (at > until_ns) break;
    if (who == Who::client) {
      // A turn begins after an answer, or after a pause.
      const bool begins = before && (!turns.unanswered() || seconds(at - *before) > kPause);
      if (begins) turns.quiet_before_last_ns = at - *before;
      turns.client_at_ns = at;
    } else {
      turns.server_at_ns = at;
    }
    before = at;
  }
  return turns;
}

class Teller {
 public:
  Teller(const TcpFlow& flow, const TlsSecrets& secrets)
      : flow_(flow), tls_(tls_seen(flow, secrets)), end_(first_end(flow)) {}

  Story tell() {
    if (!flow_.began_before && !flow_.established) return never_connected();
    see(flow_.began_ns, flow_.began_before ? "the capture begins" : "the client connects");
    if (tls_) see_handshake();
    if (!tls_) {
      http_ = plain_http(flow_.client.sent, flow_.server.sent);
      see_plain(flow_.client.sent, flow_.server.sent);
    } else if (tls_->decrypted) {
      http_ = plain_http(tls_->client.text, tls_->server.text);
      see_plain(tls_->client.text, tls_->server.text);
    } else {
      see_data(tls_->client.data, "the client's last data");
      see_data(tls_->server.data, "the server's last data");
    }
    judge();
    take_note(flow_.end_comment);
    std::ranges::stable_sort(seen_, {}, &decltype(seen_)::value_type::first);
    for (auto& [at, text] : seen_) {
      std::array<char, 32> time{};
      std::snprintf(time.data(), time.size(), "%+9.3f s  ", seconds(at - flow_.began_ns));
      story_.seen.push_back(time.data() + text);
    }
    return std::move(story_);
  }

 private:
  void see(std::int64_t at_ns, std::string text) { seen_.emplace_back(at_ns, std::move(text)); }
  void know(Fact fact, std::string_view value) { story_.facts.learn(fact, value); }

  Story never_connected() {
    const bool refused = flow_.server.rst_at_ns.has_value();
    know(Fact::end, refused ? "refused" : "unanswered");
    know(Fact::stage, "connect");
    see(flow_.began_ns, "the client's SYN");
    const std::string syns = std::to_string(flow_.client.syns) +
                             (flow_.client.syns == 1 ? " SYN was sent" : " SYNs were sent");
    story_.end = refused ? "the server's side refused the connection: RST to the SYN"
                         : "nobody answered: " + syns + " in " +
                               rounded(seconds(flow_.ended_ns - flow_.began_ns)) + " s";
    if (!flow_.comment.empty()) story_.end += " (" + flow_.comment + ")";
    take_note(flow_.comment);
    story_.seen.push_back("   +0.000 s  the client's SYN");
    return std::move(story_);
  }

  void see_handshake() {
    const TlsSeen& tls = *tls_;
    if (tls.client.hello_at_ns) {
      see(*tls.client.hello_at_ns, "ClientHello" +
                                       (tls.server_name.empty() ? "" : " for " + tls.server_name) +
                                       (tls.alpn.empty() ? "" : ", ALPN " + tls.alpn));
    }
    know(Fact::tls, tls.server.hello_at_ns ? tls.version : "-");
    if (tls.server.hello_at_ns) {
      see(*tls.server.hello_at_ns, "ServerHello, TLS " + tls.version);
    }
    if (tls.client.finished_at_ns) {
      const std::string certificate = !tls.certificate_requested ? ""
                                      : !tls.certificate_shown   ? ", a certificate was asked for"
                                      : *tls.certificate_shown
                                          ? ", with a client certificate"
                                          : ", without the certificate that was asked for";
      see(*tls.client.finished_at_ns, "the client's end of the handshake" + certificate);
    }
    if (tls.certificate_requested && tls.certificate_shown)
      know(Fact::certificate, *tls.certificate_shown ? "some" : "-");
  }
  template <class T>
  void see_data(const std::vector<T>& sent, const std::string& text) {
    if (!sent.empty()) see(sent.back().at_ns, text);
  }
  void see_plain(const std::vector<Chunk>& client, const std::vector<Chunk>& server) {
    see_data(client,
             http_.request.empty() ? "the client's last data" : "request: " + http_.request);
    see_data(server, http_.answer.empty() ? "the server's last data" : "answer: " + http_.answer);
  }

  /// Where the connection was at its end.
  std::string_view stage(const Turns& turns) const {
    if (http_.status == "101") return "upgraded";
    if (answered_unasked()) return "unasked";
    if (tls_ && !handshake_done()) return "handshake";
    const double quiet = seconds(end_.at_ns - turns.last_ns(end_.at_ns));
    if (!turns.client_at_ns) return quiet > kPause ? "idle" : "request";
    if (turns.unanswered())
      return seconds(turns.quiet_before_last_ns) > kPause ? "idle" : "request";
    return quiet > kPause ? "idle" : "body";
  }
  /// HTTP's answer stands before any request.
  bool answered_unasked() const {
    const auto& asked = tls_ ? tls_->client.text : flow_.client.sent;
    const auto& answered = tls_ ? tls_->server.text : flow_.server.sent;
    return !http_.answer.empty() && !answered.empty() &&
           (asked.empty() || answered.front().at_ns < asked.front().at_ns);
  }
  bool handshake_done() const {
    if (tls_->version == "1.3") return tls_->client.finished_at_ns.has_value();
    return tls_->client.finished_at_ns && tls_->server.finished_at_ns;
  }

  Turns turns() const {
    std::vector<std::int64_t> client, server;
    if (tls_) {
      for (const auto& one : tls_->client.data) client.push_back(one.at_ns);
      // Tickets come at once after the handshake and answer nothing.
      for (const auto& one : tls_->server.data) {
        if (!client.empty() && one.at_ns >= client.front()) server.push_back(one.at_ns);
      }
    } else {
      for (const Chunk& one : flow_.client.sent) client.push_back(one.at_ns);
      for (const Chunk& one : flow_.server.sent) server.push_back(one.at_ns);
    }
    return turns_of(client, server, end_.by == Who::nobody ? flow_.ended_ns : end_.at_ns);
  }

  /// When somebody last sent something before the end.
  std::int64_t last_bytes_ns() const {
    std::int64_t last = flow_.began_ns;
    for (const Side* side : {&flow_.client, &flow_.server}) {
      for (const Chunk& chunk : side->sent) {
        if (chunk.at_ns <= end_.at_ns) last = std::max(last, chunk.at_ns);
      }
    }
    return last;
  }

  void judge() {
    if (flow_.comment == capture::kHealthCheckComment) learn_health();
    if (!http_.recognised.empty()) story_.facts.learn(http_.recognised);
    if (tls_ && says_plain()) return;
    if (tls_ && lacks_protocol()) return;
    if (tls_ && tells_alert()) return;
    const Turns turn = turns();
    if (end_.by == Who::nobody) return still_open(turn);
    const std::string noted = flow_.end_comment.empty() ? "" : " (" + flow_.end_comment + ")";
    see(end_.at_ns,
        std::string(name(end_.by)) + (end_.reset ? " sends RST" : " sends FIN") + noted);
    know(Fact::ended_by, end_.by == Who::client ? "client" : "server");
    const std::string_view at = stage(turn);
    const double quiet = seconds(end_.at_ns - last_bytes_ns());
    const double idle = turn.unanswered() ? seconds(turn.quiet_before_last_ns) : quiet;
    story_.end = std::string(name(end_.by)) + (end_.reset ? " reset it" : " closed it") +
                 " at the stage " + std::string(at) + ", " + rounded(quiet) +
                 " s after the last data";
    if (end_.by == Who::client) {
      // A close_notify is no data.
      const double waited = seconds(end_.at_ns - turn.last_ns(last_bytes_ns()));
      return client_ended(turn, at, tls_ && turn.client_at_ns ? waited : quiet);
    }
    if (end_.reset) {
      know(Fact::end, "reset");
      know(Fact::stage, at);
      if (at == "idle") know(Fact::after, rounded(idle));
      return;
    }
    server_closed(turn, at, quiet);
  }

  /// By what a load balancer says of the target after this (alb.md 6.4). Its matcher is not known;
  /// those that nobody has chosen take 200, or 200 to 399.
  void learn_health() {
    if (http_.status.empty()) {
      const bool silence = end_.by != Who::server;
      return know(Fact::target_health, silence ? "Target.Timeout" : "Target.FailedHealthChecks");
    }
    if (http_.status < "400") return;
    know(Fact::target_health, "Target.ResponseCodeMismatch");
    know(Fact::health_status, http_.status);
  }

  /// What the client sent last was no request: nobody gives up so soon.
  bool says_goodbye(const Turns& turn, double quiet) const {
    constexpr double kAtOnce = 0.05;  // seconds
    return turn.server_at_ns && quiet < kAtOnce;
  }
  void ordinary_end() {
    const bool login = !story_.facts[Fact::actions].empty();
    const std::string& status = story_.facts[Fact::status];
    story_.ordinary = !login && (status.empty() || status < "400");
  }

  /// What hoplab wrote beside the end of a connection of its own.
  void take_note(const std::string& comment) {
    Facts noted;
    noted.learn(Fact::reason, reason_in(comment));
    read_codes(comment, noted);
    const std::string& reason = noted[Fact::reason];
    if (reason.empty()) return;
    story_.ordinary = false;
    if (is_ordinary(reason)) {
      if (story_.facts[Fact::end] != "silence") ordinary_end();
      if (!story_.ordinary) return;  // what it notes says nothing of the answers on it
    }
    story_.facts.learn(noted);
  }

  void server_closed(const Turns& turn, std::string_view at, double quiet) {
    if (tls_ && tls_->client.close_notify && says_goodbye(turn, quiet)) return ordinary_end();
    if (at == "body") {
      const bool told = tls_ && !(tls_->decrypted && !http_.answer.empty());
      const bool in_order = told ? tls_->server.close_notify : http_.complete;
      story_.ordinary = in_order && story_.facts[Fact::status].empty();
      know(Fact::end, in_order ? "closed" : "truncated");
      know(Fact::stage, "body");
      return;
    }
    know(Fact::end, "closed");
    know(Fact::stage, at);
    if (at == "idle") know(Fact::after, rounded(quiet));
    if (at == "idle" && !turn.unanswered()) story_.end += "; nobody was waiting for anything";
  }

  void client_ended(const Turns& turn, std::string_view at, double quiet) {
    const bool half_answered = !http_.answer.empty() && !http_.complete;
    const bool unanswered = turn.unanswered() && !says_goodbye(turn, quiet);
    if (at != "handshake" && !unanswered && !half_answered) return ordinary_end();
    know(Fact::end, "silence");
    know(Fact::stage, half_answered ? "body" : at);
    know(Fact::after, rounded(quiet));
    know(Fact::method, method_of(http_.request));
    story_.end = "the client gave up after " + rounded(quiet) +
                 " s without an answer, at the stage " + std::string(at);
  }

  void still_open(const Turns& turn) {
    const double quiet = seconds(flow_.captured_until_ns - turn.last_ns(flow_.began_ns));
    story_.end = "the capture ends before the connection does";
    const bool said_nothing = flow_.client.sent.empty() && flow_.server.sent.empty();
    if (quiet >= kUnanswered && !flow_.began_before && said_nothing) {
      know(Fact::end, "silence");
      know(Fact::stage, "handshake");
      story_.end = "connected, and neither side has said anything for " + rounded(quiet) + " s";
      return;
    }
    if (turn.unanswered() && flow_.client.sent_again > 1) {
      know(Fact::end, "silence");
      know(Fact::stage, seconds(turn.quiet_before_last_ns) > kPause ? "idle" : "request");
      story_.end = "the client's data was sent again " + std::to_string(flow_.client.sent_again) +
                   " times, and nobody took it";
      return;
    }
    if (quiet >= kUnanswered && ((tls_ && !handshake_done()) || turn.unanswered())) {
      know(Fact::end, "silence");
      know(Fact::stage, tls_ && !handshake_done()                     ? "handshake"
                        : seconds(turn.quiet_before_last_ns) > kPause ? "idle"
                                                                      : "request");
      know(Fact::after, rounded(quiet));
      know(Fact::method, method_of(http_.request));
      story_.end =
          "nobody has answered the client for " + rounded(quiet) + " s when the capture ends";
      return;
    }
    ordinary_end();
  }

  /// The client leaves after the handshake: it wants a protocol that the server does not speak.
  bool lacks_protocol() {
    const bool wanted = !tls_->alpn.empty() && tls_->alpn.find("http/1.1") == std::string::npos;
    if (!wanted || !tls_->chose_no_alpn || !handshake_done() || !tls_->client.data.empty())
      return false;
    know(Fact::message, "no-alpn");
    story_.end = "the client left after the handshake without a request: it offers ALPN " +
                 tls_->alpn + " only, and the server chose none";
    return true;
  }

  /// The server talks no TLS, and the client does.
  bool says_plain() {
    if (tls_->server.hello_at_ns || flow_.server.sent.empty()) return false;
    const std::string& first = flow_.server.sent.front().bytes;
    constexpr char kRecords[] = {20, 21, 22, 23};
    if (first.empty() || std::ranges::find(kRecords, first[0]) != std::end(kRecords)) return false;
    see(flow_.server.sent.front().at_ns, "the server answers, and not in TLS");
    know(Fact::end, "plain");
    know(Fact::stage, "handshake");
    story_.end = "the server answered the ClientHello with something that is no TLS";
    return true;
  }

  bool tells_alert() {
    const bool by_server = !tls_->server.alert.empty();
    const std::string& alert = by_server ? tls_->server.alert : tls_->client.alert;
    if (alert.empty()) return false;
    know(Fact::ended_by, by_server ? "server" : "client");
    const std::string what = alert == "?" ? "an encrypted alert" : "the alert " + alert;
    story_.end =
        std::string(by_server ? "the server" : "the client") + " ended the handshake with " + what;
    if (!by_server && (alert == "bad_certificate" || alert == "unknown_ca" ||
                       alert == "certificate_unknown" || alert == "certificate_expired")) {
      know(Fact::end, "name");  // the client does not take the server's certificate
      return true;
    }
    know(Fact::end, "alert");
    know(Fact::stage, "handshake");
    const bool none_shown = tls_->certificate_shown && !*tls_->certificate_shown;
    know(Fact::alert, alert != "?" ? alert
                      : none_shown ? "certificate_required"
                                   : "bad_certificate");
    return true;
  }

  const TcpFlow& flow_;
  std::optional<TlsSeen> tls_;
  PlainHttp http_;
  End end_;
  std::vector<std::pair<std::int64_t, std::string>> seen_;
  Story story_;
};

}  // namespace

Story story_of(const TcpFlow& flow, const TlsSecrets& secrets) {
  return Teller(flow, secrets).tell();
}

}  // namespace hoplab::diagnose
