// WebClient: what a load balancer asks of the web by itself: keys, tokens, claims. One request for
// each connection.
#pragma once

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/connection.h"

namespace hoplab::aws {

/// Who gives a stream on which HTTP/1.1 is spoken in clear to the host of that name (in lower
/// case); TLS, where there is some, is the dialer's.
using WebDialers = std::map<std::string, std::shared_ptr<net::Dialer>, std::less<>>;

/// The parts of an https URL (RFC 3986). Views into it.
struct WebUrl {
  std::string_view authority;  // host, and a port where there is one
  std::string_view host;
  std::string_view target;  // path and query; empty: "/" is meant
  /// Nothing: it is no such URL.
  static std::optional<WebUrl> parse(std::string_view url);
};

struct WebRequest {
  std::string_view method = "GET";
  std::string url;
  std::vector<std::pair<std::string_view, std::string>> headers;
  std::string body;  // empty: none
};

struct WebAnswer {
  enum class Failure : std::uint8_t {
    none,
    unreachable,  // nobody is there, or TLS to it failed
    broken,       // it ended the connection, or does not speak HTTP
    timeout,
    too_large,
  } failure = Failure::none;
  int status = 0;
  std::string body;
  [[nodiscard]] bool succeeded() const noexcept {
    return failure == Failure::none && status >= 200 && status < 300;
  }
  /// Why it did not succeed, for people.
  [[nodiscard]] std::string what_failed() const;
};

class WebClient {
 public:
  explicit WebClient(Loop& loop) : loop_(loop) {}

  /// From the next request on.
  void use(WebDialers dialers) { dialers_ = std::move(dialers); }

  /// All of it, connecting included, within `timeout` of emulated time; a body of at most `most`
  /// bytes. `request` lives until then.
  Task<WebAnswer> ask(const WebRequest& request, Duration timeout, std::size_t most);
  /// Ends what is under way.
  void cut();

 private:
  Task<void> exchange(std::unique_ptr<net::Stream> stream, const WebRequest& request,
                      const WebUrl& url, Time until, std::size_t most, WebAnswer& answer);

  Loop& loop_;
  WebDialers dialers_;
  std::list<net::Stream*> live_;
};

}  // namespace hoplab::aws
