// Journal: the one record of a connection. Logs, counters, reports, checks and tests all read it.
//
// It is written by the components that the connection passes, in one loop, and handed to a
// JournalSink when the connection has ended.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cause.h"

namespace hoplab {

class Loop;

/// Whose connection it is.
enum class JournalKind : std::uint8_t {
  client,        // somebody connected to us
  target,        // a load balancer's own connection to a target inside this process
  health_check,  // likewise, to look whether a target answers
};

/// Requests of one connection that somebody on the path answered instead of the target, or whose
/// answer was cut short. Equal ones are counted together.
struct RequestFailure {
  int status = 0;            // what the client got; 0: nothing
  const Hop* hop = nullptr;  // who answered, or cut short
  Reason reason = Reason::bad_request;
  std::string target;  // the address of the target that it is about; empty: about none
  std::string detail;  // what the reason leaves open; may be empty
  std::uint64_t count = 0;
};

/// When a connection reached its stages, by its loop's turns. A stage that comes again, as with
/// each request, keeps the first time; of requests and of the quiet between them the last time is
/// kept as well.
struct StageTimes {
  std::array<Time, kStages> first{};  // of each stage; Time{}: never
  Time last_request, last_idle;       // of a request's head, and of the quiet behind an answer

  void reached(Stage stage, Time at) noexcept;
};

struct Journal {
  JournalKind kind = JournalKind::client;
  std::uint64_t id = 0;
  Loop* loop = nullptr;          // whose times its stages have; null: they have none
  Time accepted_at;              // as all times here, by Clock::now()
  Duration calendar_offset{};    // what the calendar showed more than that, then
  std::string client;            // "127.0.0.1:50312", the TCP peer
  std::vector<const Hop*> hops;  // passed so far, client side first

  std::string conn_trace_id;  // a load balancer's, as in its logs: "TID_..."

  // TLS, as far as it got; written by whoever ends TLS.
  std::string tls_version;  // OpenSSL's names, as AWS logs them: "TLSv1.2"
  std::string tls_cipher;
  std::string tls_key_exchange;      // "x25519"
  std::string tls_failure;           // what was not agreed about, for people
  std::string certificate_subject;   // RFC 2253; empty when the client showed none
  std::string certificate_validity;  // "NotBefore=...;NotAfter=..."
  std::string certificate_serial;
  std::string verify_status;  // "Success", "Failed:ClientCertUntrusted", empty if not judged
  std::string verify_reason;  // the verdict in a sentence
  std::optional<Duration> handshake_time;

  std::uint64_t requests = 0;
  int last_status = 0;
  std::vector<RequestFailure> failures;     // the newest last; at most kMostFailures different ones
  std::uint64_t failed_requests = 0;        // all of them
  std::vector<std::string> removed_fields;  // of an Upgrade that went no further: "Upgrade: h2c"
  std::uint64_t bytes_from_client = 0;      // on the wire, TLS included
  std::uint64_t bytes_to_client = 0;

  Stage stage = Stage::accept;
  StageTimes stage_times;
  bool client_reset = false;   // an RST of the client came, also behind the end
  std::optional<Cause> cause;  // set once; the first wins
  Time ended_at;

  static constexpr std::size_t kMostFailures = 16;

  void reached(Stage next) noexcept;
  /// Adds one, or counts it to its equals; the oldest make room.
  void failed(RequestFailure failure);
  /// The connection comes to `hop`.
  void pass(const Hop& hop);
  /// Records why it ends; later calls change nothing. True for the first.
  bool end(const Hop& hop, Reason reason, EndKind how, Toward toward, Time at);
};

class JournalSink;

/// Hands the record of a connection to `sink`, once: it may be over for one side and not yet for
/// the other.
void report(Journal& journal, JournalSink& sink, Time at);

/// A request that is over. Views are used up during the call.
struct EndedRequest {
  Time at;                                  // by the calendar
  std::string_view method, path;            // path and query; empty: it could not be read
  int status = 0;                           // 0: there was no answer
  const Hop* served_by = nullptr;           // to whom the client speaks
  std::string_view target;                  // who answered; empty: whoever serves
  const RequestFailure* failure = nullptr;  // who answered in its place or cut it short, and why
};

/// Takes the record of a connection that has ended. Called in the loop of that connection.
class JournalSink {
 public:
  virtual ~JournalSink() = default;
  virtual void ended(const Journal& journal) = 0;
  /// Whether requests are told one by one. Does not change while there are connections.
  [[nodiscard]] virtual bool wants_requests() const noexcept { return false; }
  virtual void request_ended(const Journal&, const EndedRequest&) {}
};

}  // namespace hoplab
