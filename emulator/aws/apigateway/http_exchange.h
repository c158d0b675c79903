// One request of an HTTP integration to its backend, and what came of it. HttpEndpoint performs it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aws/apigateway/caller.h"
#include "aws/target_group/backend.h"
#include "base/result.h"
#include "http/text_body.h"
#include "http/waiting.h"
#include "model/rest_api.h"

namespace hoplab::aws {

/// Where an integration's Uri leads, compiled.
class HttpIntegration {
 public:
  /// `stage`: the API's, which stands in the path of what is asked through a VPC link that names no
  /// load balancer itself (apigateway-features.md 6.1).
  static Result<HttpIntegration> compile(const model::Integration& from, std::string_view stage);

  /// Of the HttpEndpoint that is asked.
  [[nodiscard]] const std::string& endpoint() const noexcept { return endpoint_; }
  [[nodiscard]] const std::string& authority() const noexcept { return authority_; }
  /// The request's target: the Uri's path and query, with values in the place of {names} (encoded,
  /// but for their slashes), and then `query`.
  [[nodiscard]] std::string target(
      const std::vector<std::pair<std::string, std::string>>& path_values,
      std::string_view query) const;
  /// Where a request with that target goes: "https://orders.example.com/v1?a=b".
  [[nodiscard]] std::string url(std::string_view target) const;
  /// `client`: the method of the client's request.
  [[nodiscard]] std::string_view method(std::string_view client) const noexcept {
    return method_ == "ANY" ? client : method_;
  }

 private:
  std::string endpoint_;
  std::string scheme_;
  std::string authority_;
  std::string target_;
  std::string method_;
};

/// The parts of an integration's Uri (RFC 3986). Views into it.
struct IntegrationUri {
  bool encrypted = false;      // https
  std::string_view authority;  // host, and a port where there is one
  std::string_view host;
  std::uint16_t port = 80;
  std::string_view target;  // path and query; may be empty
  /// Nothing: it is no http or https URL.
  static std::optional<IntegrationUri> parse(std::string_view uri) noexcept;
};

/// The key of who an integration asks: integrations of one key share its connections.
[[nodiscard]] std::string http_endpoint_key(const model::Integration& integration);

/// Shared by whoever waits for it, who may go away before it is over, and by what runs it.
struct HttpExchange : http::Pending {
  http::Request request;  // its texts live in its arena
  std::string body;       // its body
  bool streams = false;   // it is done with the answer's head; response.body has the rest
  Duration timeout{};     // for all that it waits for

  BackendOutcome outcome;
  http::Response response;
  http::FieldList fields;        // of the answer's head, as they came
  std::string answer;            // the answer's body, unless it streams
  std::optional<Reason> broken;  // why that broke off
  bool too_large = false;        // more than the API passes on
  bool abandoned = false;        // nobody waits for it any more
  std::optional<http::TextBody> source;
  Journal journal;     // of what a backend in this process answers by itself
  std::string detail;  // what the reason of a failure leaves open
};

}  // namespace hoplab::aws
