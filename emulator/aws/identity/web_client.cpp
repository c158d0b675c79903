#include "aws/identity/web_client.h"

#include "base/ascii.h"
#include "http/body_reading.h"
#include "http/h1/http1_client.h"
#include "http/text_body.h"

namespace hoplab::aws {

namespace {

constexpr std::string_view kScheme = "https://";

void reset(net::Stream& stream, Reason reason, Time at) {
  stream.reset(Cause{.reason = reason, .at = at});
}

}  // namespace

std::optional<WebUrl> WebUrl::parse(std::string_view url) {
  if (!iequals(url.substr(0, kScheme.size()), kScheme)) return std::nullopt;
  url.remove_prefix(kScheme.size());
  const auto end = std::min(url.find_first_of("/?"), url.size());
  WebUrl parts;
  parts.authority = url.substr(0, end);
  parts.target = url.substr(end);
  parts.host = parts.authority.substr(0, parts.authority.rfind(':'));
  if (parts.host.empty() || parts.authority.find('@') != std::string_view::npos) {
    return std::nullopt;
  }
  return parts;
}

std::string WebAnswer::what_failed() const {
  switch (failure) {
    case Failure::none: return "it answered " + std::to_string(status);
    case Failure::unreachable: return "it cannot be reached";
    case Failure::broken: return "it ended the connection, or does not speak HTTP";
    case Failure::timeout: return "it did not answer in time";
    case Failure::too_large: return "its answer is too large";
  }
  return {};
}

Task<WebAnswer> WebClient::ask(const WebRequest& request, Duration timeout, std::size_t most) {
  WebAnswer answer;
  const auto url = WebUrl::parse(request.url);
  const auto found = url ? dialers_.find(lower_case(url->host)) : dialers_.end();
  if (found == dialers_.end()) {
    answer.failure = WebAnswer::Failure::unreachable;
    co_return answer;
  }
  const auto dialer = found->second;
  const Time until = loop_.now() + timeout;
  auto dialed = co_await dialer->dial(timeout);
  if (!dialed.stream) {
    answer.failure = loop_.now() < until ? WebAnswer::Failure::unreachable  //
                                         : WebAnswer::Failure::timeout;
    co_return answer;
  }
  co_await exchange(std::move(dialed.stream), request, *url, until, most, answer);
  co_return answer;
}

Task<void> WebClient::exchange(std::unique_ptr<net::Stream> stream, const WebRequest& request,
                               const WebUrl& url, Time until, std::size_t most, WebAnswer& answer) {
  using Failure = WebAnswer::Failure;
  net::Stream& lower = *stream;
  bool late = false;
  Timer timer(loop_, [&] {
    late = true;
    reset(lower, Reason::target_timeout, loop_.now());
  });
  timer.at(until);
  const auto at = live_.insert(live_.end(), stream.get());
  http::Http1Client client(std::move(stream), until - loop_.now() + 1s);  // `timer` is before it
  http::Request message;
  message.method = request.method;
  message.target = url.target.starts_with('/') ? url.target : message.arena.join("/", url.target);
  message.headers.add("Host", url.authority);
  for (const auto& [name, value] : request.headers) message.headers.add(name, value);
  message.headers.add("Connection", "close");
  http::TextBody body(request.body);
  if (!request.body.empty()) message.body = &body;
  http::Response response;
  const auto failure = co_await client.exchange(message, response);
  answer.status = response.status;
  answer.body = response.text;
  net::IoStatus ended = net::IoStatus::closed;
  if (failure == http::ExchangeFailure::none && client.body()) {
    ended = co_await http::read_body(loop_, *client.body(), answer.body, most);
  }
  live_.erase(at);
  timer.cancel();
  if (late || failure == http::ExchangeFailure::timeout) {
    answer.failure = Failure::timeout;
  } else if (answer.body.size() > most) {
    answer.failure = Failure::too_large;
  } else if (failure != http::ExchangeFailure::none || ended == net::IoStatus::failed) {
    answer.failure = Failure::broken;
  }
}

void WebClient::cut() {
  for (net::Stream* const one : live_) reset(*one, Reason::emulator_stopped, loop_.now());
}

}  // namespace hoplab::aws
