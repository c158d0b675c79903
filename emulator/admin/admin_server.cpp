#include "admin/admin_server.h"

#include "admin/admin_api.h"
#include "base/deadline.h"
#include "base/percent.h"
#include "http/body_reading.h"
#include "http/loopback_only.h"
#include "http/loopback_server.h"

namespace hoplab::admin {

namespace {

/// A page loads what is its own, and nobody shows it in theirs (CSP level 3).
constexpr std::string_view kPagePolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

constexpr std::size_t kMostBody = 64 * 1024 * 1024;  // a revocation list has at most 50 MB

class Exchange final : public http::Handler {
 public:
  Exchange(Loop& loop, Emulator& emulator, AdminApi& api, EventStreams& streams)
      : loop_(loop), emulator_(emulator), api_(api), streams_(streams) {}

  Task<void> handle(http::Request& request, http::Response& response) override {
    std::string body;
    if (request.body) co_await http::read_body(loop_, *request.body, body, kMostBody);
    AdminAnswer answer;
    if (const auto why = http::refusal(request, "the admin API")) {
      answer = refuse(403, *why);
    } else if (body.size() > kMostBody) {
      answer.status = 413;
    } else {
      answer = co_await ask(request, body);
    }
    if (answer.events && streams_.full()) {
      answer = refuse(503, "all of its " + std::to_string(EventStreams::kMost) +
                               " streams of events are in use");
    }
    if (answer.events) {
      response.body = std::make_unique<EventStream>(loop_, emulator_, streams_, *answer.events);
      response.headers.add("Cache-Control", "no-store");
      response.close = true;
    }
    response.status = answer.status;
    if (answer.content_type.starts_with("text/html")) {
      response.headers.add("Content-Security-Policy", kPagePolicy);
    }
    response.headers.add("X-Content-Type-Options", "nosniff");
    if (!answer.content_type.empty()) {
      response.headers.add("Content-Type", response.arena.copy(answer.content_type));
    }
    response.text = response.arena.copy(answer.body);
  }

 private:
  /// Again and again while what is asked for is not there, as long as the client wants to wait.
  Task<AdminAnswer> ask(const http::Request& request, const std::string& body) {
    constexpr Duration kLookAgain = 5ms;
    const std::string target = with_last_event(request);
    const Result<Duration> patience = AdminApi::patience(target);
    if (!patience) co_return refuse(400, patience.error());
    const Time give_up = loop_.clock().now() + patience.value();
    AdminAnswer answer = api_.handle(request.method, target, body);
    while (answer.worth_waiting && loop_.clock().now() < give_up && !loop_.shutting_down()) {
      WaitSlot slot(loop_);
      Deadline deadline(loop_, slot);
      deadline.after(kLookAgain);
      co_await slot;
      answer = api_.handle(request.method, target, body);
    }
    co_return answer;
  }

  /// Who comes again says in a field what it has; the query says the same, and goes before.
  static std::string with_last_event(const http::Request& request) {
    const std::string_view* const last = request.headers.find("Last-Event-ID");
    std::string target(request.target);
    if (!last || !target.starts_with("/v1/events") || target.find("after=") != std::string::npos) {
      return target;
    }
    target += target.find('?') == std::string::npos ? "?after=" : "&after=";
    return target + percent_encoded(*last);
  }

  Loop& loop_;
  Emulator& emulator_;
  AdminApi& api_;
  EventStreams& streams_;
};

}  // namespace

struct AdminServer::Impl {
  Impl(Emulator& emulator, AdminServerOptions options)
      : api(emulator, options.secrets, std::move(options.further)),
        exchange(server.loop(), emulator, api, streams) {}

  void stop() {
    server.halt();
    streams.end();
    while (!streams.empty() && server.loop().poll()) {  // who reads along gets an end in order
    }
    server.end();
  }

  http::LoopbackServer server{"admin"};
  AdminApi api;
  EventStreams streams;
  Exchange exchange;
};

AdminServer::AdminServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AdminServer::~AdminServer() {
  impl_->stop();
}
const std::string& AdminServer::address() const noexcept {
  return impl_->server.address();
}

Result<std::unique_ptr<AdminServer>> AdminServer::start(Emulator& emulator,
                                                        AdminServerOptions options) {
  const std::uint16_t port = options.port;
  net::SocketSource* const network = options.network;
  auto impl = std::make_unique<Impl>(emulator, std::move(options));
  if (auto started = impl->server.start(impl->exchange, port, network); !started) {
    return Error{"the admin port: " + started.error()};
  }
  return std::unique_ptr<AdminServer>(new AdminServer(std::move(impl)));
}

}  // namespace hoplab::admin
