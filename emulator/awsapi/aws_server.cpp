#include "awsapi/aws_server.h"

#include "awsapi/error_writer.h"
#include "http/body_reading.h"
#include "http/loopback_only.h"
#include "http/loopback_server.h"

namespace hoplab::awsapi {

namespace {

constexpr std::size_t kMostBody =
    std::size_t{64} * 1024 * 1024;  // a revocation list has at most 50 MB

ApiRequest without_body(const http::Request& request) {
  ApiRequest made{request.method, request.target, request.authority, {}, {}};
  for (const http::Field& field : request.headers.fields()) {
    made.headers.emplace_back(field.name, field.value);
  }
  return made;
}

void fill(http::Response& response, ApiAnswer answer) {
  response.status = answer.status;
  if (!answer.content_type.empty()) {
    response.headers.add("Content-Type", response.arena.copy(answer.content_type));
  }
  for (const auto& [name, value] : answer.headers) {
    response.headers.add(response.arena.copy(name), response.arena.copy(value));
  }
  auto body = answer.shared_body ? std::move(answer.shared_body)
                                 : std::make_shared<const std::string>(std::move(answer.body));
  response.text = *body;
  response.owner = std::move(body);
}

class Exchange final : public http::Handler {
 public:
  Exchange(Loop& loop, Api& api, const std::function<std::int64_t()>& now)
      : loop_(loop), api_(api), now_(now) {}

  Task<void> handle(http::Request& request, http::Response& response) override {
    ApiRequest asked = without_body(request);
    if (request.body) {
      const net::IoStatus end =
          co_await http::read_body(loop_, *request.body, asked.body, kMostBody);
      if (end == net::IoStatus::failed) co_return;
    }
    ApiAnswer answer;
    if (const auto why = http::refusal(request, "the AWS API")) {
      answer = error_answer(nullptr, {"AccessDeniedException", *why, 403}, "");
    } else if (asked.body.size() > kMostBody) {
      const std::string most = std::to_string(kMostBody);
      answer = error_answer(
          nullptr, {"EntityTooLarge", "a request's body has at most " + most + " bytes", 413}, "");
    } else {
      answer = api_.answer(asked, now_ ? now_() : epoch_seconds(loop_.calendar()));
    }
    fill(response, std::move(answer));
  }

 private:
  Loop& loop_;
  Api& api_;
  const std::function<std::int64_t()>& now_;
};

}  // namespace

struct AwsServer::Impl {
  explicit Impl(AwsServerOptions options)
      : now(std::move(options.now)),
        plane(std::move(options.apply), std::move(options.view)),
        api(plane, std::move(options.accounts)) {}

  std::function<std::int64_t()> now;
  ControlPlane plane;
  Api api;
  http::LoopbackServer server{"aws-api"};
  Exchange exchange{server.loop(), api, now};
  Timer minute{server.loop(), [this] { read_metrics(); }};

  /// Often enough for every minute to have what was counted in it.
  void read_metrics() {
    if (server.loop().shutting_down()) return;
    plane.read_metrics(now ? now() : epoch_seconds(server.loop().calendar()));
    minute.after(20s);
  }
};

AwsServer::AwsServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
AwsServer::~AwsServer() {
  impl_->server.halt();
  impl_->server.end();
}
const std::string& AwsServer::address() const noexcept {
  return impl_->server.address();
}

Result<std::unique_ptr<AwsServer>> AwsServer::start(AwsServerOptions options) {
  const std::uint16_t port = options.port;
  net::SocketSource* const network = options.network;
  auto impl = std::make_unique<Impl>(std::move(options));
  impl->minute.after(20s);
  if (auto started = impl->server.start(impl->exchange, port, network); !started) {
    return Error{"the port of the AWS API: " + started.error()};
  }
  return std::unique_ptr<AwsServer>(new AwsServer(std::move(impl)));
}

}  // namespace hoplab::awsapi
