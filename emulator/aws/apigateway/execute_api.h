// The execute-api service behind its interface endpoints: answers requests to private REST APIs.
//
// The order of decisions is apigateway.md 18. It decides only: what is to be asked of somebody
// else, a function, is the caller's to perform, as TLS and connections are. An ExecuteApi is
// immutable after build() but for atomic counters, so all loops share one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/api_catalog.h"
#include "aws/apigateway/error_response.h"
#include "aws/apigateway/proxy_event.h"
#include "aws/apigateway/request_facts.h"
#include "aws/apigateway/response_stamps.h"
#include "aws/apigateway/traffic_record.h"
#include "aws/lambda/invocation.h"
#include "base/result.h"
#include "http/message.h"
#include "http/request_log.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Limits of a private API (apigateway.md 11).
inline constexpr std::size_t kMaxHeaderBytes = 8000;
inline constexpr std::size_t kMaxUrlBytes = 8192;
inline constexpr std::size_t kMaxMethodArnBytes = 1600;
/// Of an event, and of what a function returns, when it is invoked synchronously.
inline constexpr std::size_t kMaxFunctionPayload = 6 * 1024 * 1024;

struct ExecuteApiOptions {
  SelectionOptions selection;
  DenialWording denial_wording = DenialWording::classic;
  bool server_header = false;  // `Server: Server`, seen in 2020 (apigateway.md 9.2)
};

/// Who asks: facts of the connection to the endpoint.
struct Caller {
  std::string source_ip;  // the TCP peer: an ALB node
  std::string vpce_id;    // the execute-api endpoint
  std::string vpc_id;     // its VPC
  LegTls tls = {};
};

/// Facts of one request that its message does not carry.
struct Arrival {
  Time at;
  std::uint64_t body_bytes = 0;  // drained so far; counts when it exceeds Content-Length (chunked)
  ResponseStamps& stamps;        // the loop's
  http::RequestLog* log = nullptr;  // for what APIs receive; null: nobody looks
  std::string_view body = {};       // its beginning, where somebody does; or all of it
};

/// What a method's function is asked.
struct FunctionCall {
  std::string_view function;  // its name in the topology, as the ExecuteApi has it
  std::string event;
  Duration timeout{};  // emulated; until then the client waits
};

class ExecuteApi {
 public:
  class Visit;

  /// Compiles all REST APIs and domain names. `previous`, when given, hands on its counters to the
  /// APIs of the same name; it need not outlive the call.
  static Result<std::unique_ptr<ExecuteApi>> build(const model::Topology& topology,
                                                   const ExecuteApiOptions& options = {},
                                                   const ExecuteApi* previous = nullptr);

  /// Whether some method needs the whole body of its request.
  [[nodiscard]] bool reads_bodies() const noexcept { return catalog_.reads_bodies(); }
  /// The record of an API by its name in the model; nullptr when there is none.
  [[nodiscard]] ApiTraffic* traffic(std::string_view api_name) const noexcept;
  /// All requests at the endpoints, also those that reached no API.
  [[nodiscard]] const OutcomeCounters& outcomes() const noexcept { return *outcomes_; }

 private:
  ExecuteApi(ApiCatalog catalog, const ExecuteApiOptions& options)
      : catalog_(std::move(catalog)), options_(options) {}

  ApiCatalog catalog_;
  ExecuteApiOptions options_;
  std::shared_ptr<OutcomeCounters> outcomes_ = std::make_shared<OutcomeCounters>();
};

/// One request on its way through the gates. decide() answers it or leaves a call, whose end
/// answered() or too_late() makes an answer of; then finish() counts it.
///
/// Text of the answer lives in the response's arena or is static; nothing in it refers to the
/// request or to the ExecuteApi afterwards.
class ExecuteApi::Visit {
 public:
  /// References outlive it.
  Visit(const ExecuteApi& service, const http::Request& request, const Caller& caller,
        const Arrival& arrival, http::Response& response)
      : service_(service),
        request_(request),
        caller_(caller),
        arrival_(arrival),
        response_(response),
        facts_(collect_facts(request)),
        method_(request.method) {}

  void decide() { outcome_ = through_the_gates(); }
  /// None: there is an answer.
  [[nodiscard]] std::optional<FunctionCall>& call() noexcept { return call_; }
  /// The function is done.
  void answered(const lambda::Invocation& invocation);
  /// It took longer than it may.
  void too_late(const lambda::Invocation& invocation);

  /// Counts and logs it. Says whether the service answered by itself, and why; detail(): what that
  /// leaves open.
  Outcome finish() const;
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

 private:
  Outcome through_the_gates();
  Outcome invoke(const Selection& selection);
  Outcome refuse_route();
  Outcome integrate(std::size_t route, const Selection& selection);
  Outcome answer_with(const PreparedAnswer& answer);
  Outcome ask_function(const Selection& selection);
  Outcome answer_of(const lambda::Invocation& invocation);

  void begin(int status, std::string_view content_type);
  void end_headers() { response_.headers.add("x-amz-apigw-id", extended_id()); }
  void add_trace_id();
  /// `text` lives in the response's arena or is static.
  void set_text(std::string_view text);
  void describe_body(std::uint64_t size);
  Outcome fail(int status, std::string_view type, std::string_view content_type,
               std::string_view body, Outcome outcome);
  Outcome fail(GatewayError error, Outcome outcome);
  [[nodiscard]] bool is_head() const noexcept { return request_.method == "HEAD"; }
  [[nodiscard]] std::uint64_t body_bytes() const noexcept {
    return std::max(facts_.content_length, arrival_.body_bytes);
  }
  // The same at each call.
  std::string_view request_id();
  std::string_view extended_id();

  const ExecuteApi& service_;
  const http::Request& request_;
  const Caller& caller_;
  const Arrival& arrival_;
  http::Response& response_;
  const RequestFacts facts_;
  std::string_view method_;   // after X-HTTP-Method-Override
  const Api* api_ = nullptr;  // set once the API and its stage are chosen
  const Api::Method* reached_ = nullptr;
  Outcome outcome_ = Outcome::answered;
  std::optional<FunctionCall> call_;
  std::string_view request_id_, extended_id_;
  std::string detail_;
  std::string output_;  // what the function printed
};

}  // namespace hoplab::aws
