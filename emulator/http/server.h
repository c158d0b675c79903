// Serving HTTP on a stream: what HTTP/1.1 and HTTP/2 servers share.
//
// serve_http1/serve_http2 run one connection from after its handshake until it is over, and say how
// it ended. They do not close the stream: the caller records the cause and does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "base/journal.h"
#include "http/h1/desync.h"
#include "http/message.h"
#include "net/connection.h"

namespace hoplab::http {

/// Answers requests. The response is filled when the task ends; its body is pulled afterwards, and
/// may go on reading the request's. Request outlives Response.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Task<void> handle(Request& request, Response& response) = 0;
};

/// Writes the answers that a server gives by itself (400, 408, ...) in its owner's wording.
class ErrorPages {
 public:
  virtual ~ErrorPages() = default;
  virtual void fill(int status, Response& response) const = 0;
};

/// What a server knows of a request that is over.
struct ServedRequest {
  int status = 0;  // the client's; 0: it got none
  /// Why it ended otherwise than by its whole answer, where response.failure does not say so.
  std::optional<Reason> why;
  /// Above TLS, heads included (HTTP/2: the frames); of a WebSocket all that passed.
  std::uint64_t bytes_received = 0, bytes_sent = 0;
};

/// Hears of each request that is over.
class RequestObserver {
 public:
  virtual ~RequestObserver() = default;
  virtual void request_over(const Request& request, const Response& response,
                            const ServedRequest& served) = 0;
};

/// Limits in bytes; the defaults are the ALB's (quotas page: 16 K, 16 K, 64 K).
struct ServerLimits {
  std::size_t request_line = 16 * 1024;
  std::size_t header = 16 * 1024;
  std::size_t headers = 64 * 1024;
  std::uint32_t concurrent_streams = 128;          // HTTP/2
  std::uint64_t requests_per_connection = 10'000;  // HTTP/2: then GOAWAY
};

/// Everything a server needs besides the stream. Lives as long as the connection.
struct ServerContext {
  ServerContext(Journal& its_journal, const Hop& its_hop, const ErrorPages& pages)
      : journal(its_journal), hop(its_hop), error_pages(pages) {}

  Journal& journal;
  const Hop& hop;  // who serves
  const ErrorPages& error_pages;
  ServerLimits limits;
  DesyncMode desync = DesyncMode::defensive;
  /// HTTP/1.1: those that RFC 9112 does not allow are counted there, unless it is null.
  std::uint64_t* non_compliant_requests = nullptr;
  Duration idle_timeout = 60s;          // no byte either way: idle end, 408 or nothing
  Time keep_alive_until = Time::max();  // ALB's client keep-alive: one more request after it
  JournalSink* requests = nullptr;      // is told of each; null: nobody is
  RequestObserver* observer = nullptr;  // likewise, of a WebSocket when it is over

  /// Notes in the journal that a request did not get its whole answer from where it was to go.
  void failed(int status, Reason reason, std::string target, std::string detail = {}) const {
    journal.failed({status, &hop, reason, std::move(target), std::move(detail), 0});
  }
  /// Tells that a request is over, or has become a WebSocket.
  void told(Loop& loop, const Request& request, const Response& response,
            const ServedRequest& served) const;
};

/// Says how it ended; the caller ends the connection that way.
Task<net::ServeEnd> serve_http1(net::Stream& stream, Handler& handler, ServerContext& context);
Task<net::ServeEnd> serve_http2(net::Stream& stream, Handler& handler, ServerContext& context);

}  // namespace hoplab::http
