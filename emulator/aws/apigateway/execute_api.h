// The execute-api service behind its interface endpoints: answers requests to private REST APIs.
//
// The order of decisions is apigateway.md 18; TLS and connections are the caller's. Everything here
// is immutable after build() but for atomic counters, so all loops share one ExecuteApi.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "aws/apigateway/api_catalog.h"
#include "aws/apigateway/error_response.h"
#include "aws/apigateway/request_facts.h"
#include "aws/apigateway/response_stamps.h"
#include "aws/apigateway/traffic_record.h"
#include "base/result.h"
#include "http/message.h"
#include "http/request_log.h"
#include "model/topology.h"

namespace hoplab::aws {

/// Limits of a private API (apigateway.md 11).
inline constexpr std::size_t kMaxHeaderBytes = 8000;
inline constexpr std::size_t kMaxUrlBytes = 8192;
inline constexpr std::size_t kMaxMethodArnBytes = 1600;

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
};

/// Facts of one request that its message does not carry.
struct Arrival {
  Time at;
  std::uint64_t body_bytes = 0;  // drained so far; counts when it exceeds Content-Length (chunked)
  ResponseStamps& stamps;        // the loop's
  http::RequestLog* log = nullptr;  // for what APIs receive; null: nobody looks
  std::string_view body = {};       // its beginning, where somebody does
};

class ExecuteApi {
 public:
  /// Compiles all REST APIs and domain names. `previous`, when given, hands on its counters to the
  /// APIs of the same name; it need not outlive the call.
  static Result<std::unique_ptr<ExecuteApi>> build(const model::Topology& topology,
                                                   const ExecuteApiOptions& options = {},
                                                   const ExecuteApi* previous = nullptr);

  /// Answers one request. Text of the answer lives in the response's arena or is static; nothing in
  /// it refers to the request or to this object afterwards. The request's body is not touched. What
  /// is returned says whether the service answered by itself, and why.
  Outcome handle(const http::Request& request, const Caller& caller, const Arrival& arrival,
                 http::Response& response) const;

  /// The record of an API by its name in the model; nullptr when there is none.
  [[nodiscard]] ApiTraffic* traffic(std::string_view api_name) const noexcept;
  /// All requests at the endpoints, also those that reached no API.
  [[nodiscard]] const OutcomeCounters& outcomes() const noexcept { return *outcomes_; }

 private:
  /// One request on its way through the gates.
  struct Visit;

  ExecuteApi(ApiCatalog catalog, const ExecuteApiOptions& options)
      : catalog_(std::move(catalog)), options_(options) {}

  [[nodiscard]] Outcome decide(Visit& visit) const;
  [[nodiscard]] Outcome invoke(Visit& visit, const Api& api, std::string_view path) const;
  [[nodiscard]] Outcome refuse_route(Visit& visit) const;
  [[nodiscard]] Outcome integrate(Visit& visit, const Api& api, std::size_t route) const;
  void record(const Visit& visit, Outcome outcome) const;

  ApiCatalog catalog_;
  ExecuteApiOptions options_;
  std::shared_ptr<OutcomeCounters> outcomes_ = std::make_shared<OutcomeCounters>();
};

}  // namespace hoplab::aws
