// The execute-api service behind its interface endpoints: answers requests to private REST APIs.
//
// The order of decisions is apigateway.md 18. It decides only: what is to be asked of somebody
// else, a function or a backend, is the caller's to perform, as TLS and connections are. An
// ExecuteApi is immutable after build() but for atomic counters, so all loops share one.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "aws/apigateway/access_rules.h"
#include "aws/apigateway/api_call.h"
#include "aws/apigateway/api_catalog.h"
#include "aws/apigateway/api_log.h"
#include "aws/apigateway/caller.h"
#include "aws/apigateway/error_response.h"
#include "aws/apigateway/execution_log.h"
#include "aws/apigateway/gateway_response.h"
#include "aws/apigateway/proxy_event.h"
#include "aws/apigateway/request_facts.h"
#include "aws/apigateway/response_stamps.h"
#include "aws/apigateway/streamed_body.h"
#include "aws/apigateway/traffic_record.h"
#include "aws/apigateway/user_pool_token.h"
#include "aws/iam/signature_check.h"
#include "aws/identity/key_sets.h"
#include "aws/lambda/invocation.h"
#include "base/loop.h"
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
  SelectionOptions selection = {};
  DenialWording denial_wording = DenialWording::classic;
  bool server_header = false;  // `Server: Server`, seen in 2020 (apigateway.md 9.2)
  ThrottleSettings account_throttle = kAccountThrottle;
  Time start = {};  // what session tokens expire counted from; that of `previous` stays
};

struct ProxyAnswer;

/// Facts of one request that its message does not carry.
struct Arrival {
  Time at;
  std::uint64_t body_bytes = 0;  // drained so far; counts when it exceeds Content-Length (chunked)
  ResponseStamps& stamps;        // the loop's
  http::RequestLog* log = nullptr;  // for what APIs receive; null: nobody looks
  std::string_view body = {};       // its beginning, where somebody does; or all of it
  Loop* loop = nullptr;  // whose time counts for throttles and latencies; null: it stands still
  ApiLog* api_log = nullptr;            // null: nobody keeps APIs' logs
  SigningKeys* signing_keys = nullptr;  // the loop's; null: each is derived anew
};

/// What a request's integration did, for logs and metrics.
struct Integrated {
  Duration latency{};
  std::optional<int> status;              // of the answer
  std::optional<int> integration_status;  // of who was asked: of a function Lambda's own
  std::string request_id;
};

class ExecuteApi {
 public:
  class Visit;

  /// Compiles all REST APIs and domain names. `previous`, when given, hands on its counters to the
  /// APIs of the same name; it need not outlive the call.
  static Result<std::unique_ptr<ExecuteApi>> build(const model::Topology& topology,
                                                   const ExecuteApiOptions& options = {},
                                                   const ExecuteApi* previous = nullptr);

  /// Whether some method needs the whole body of its request, or a signature covers it.
  [[nodiscard]] bool reads_bodies() const noexcept {
    return catalog_.reads_bodies() || !rules_.keys().empty();
  }
  /// The record of an API by its name in the model; nullptr when there is none.
  [[nodiscard]] ApiTraffic* traffic(std::string_view api_name) const noexcept;
  [[nodiscard]] const std::vector<std::unique_ptr<Api>>& apis() const noexcept {
    return catalog_.apis();
  }
  /// All requests at the endpoints, also those that reached no API.
  [[nodiscard]] const OutcomeCounters& outcomes() const noexcept { return *outcomes_; }

 private:
  ExecuteApi(ApiCatalog catalog, AccessRules rules, const ExecuteApiOptions& options)
      : catalog_(std::move(catalog)), rules_(std::move(rules)), options_(options) {}

  ApiCatalog catalog_;
  AccessRules rules_;
  ExecuteApiOptions options_;
  std::shared_ptr<OutcomeCounters> outcomes_ = std::make_shared<OutcomeCounters>();
};

/// One request on its way through the gates. go_on() ends with an answer, or with a call; once that
/// is performed, answered() or too_late() goes on. Then finish() counts the request.
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
        method_(request.method),
        begun_at_(request.received_at == Time() ? now() : request.received_at) {}

  void go_on();
  [[nodiscard]] Call& call() noexcept { return call_; }
  [[nodiscard]] bool waits() const noexcept {
    return !std::holds_alternative<std::monostate>(call_);
  }
  /// The function is done.
  void answered(const lambda::Invocation& invocation);
  /// It took longer than it may.
  void too_late(const lambda::Invocation& invocation);
  /// The backend is done; or, when it is not, it took longer than it may.
  void answered(HttpExchange& exchange);
  void answered(const KeySets::Got& got);
  /// The function streams, and what of that is ready has the answer's head, or never will.
  void answered(const lambda::Invocation& invocation, lambda::ResponseStream& stream);
  /// The rest of that exchange, or of what the function streams, is the body of the answer, whose
  /// length the head may have said. stream_over() comes before finish().
  [[nodiscard]] bool streams() const noexcept { return streams_; }
  [[nodiscard]] std::optional<std::uint64_t> stream_length() const noexcept {
    return stream_length_;
  }
  /// `invocation`: of a function; null: it was none.
  void stream_over(const Streamed& streamed, const lambda::Invocation* invocation);

  /// Counts and logs it. Says whether the service answered by itself, and why; detail(): what that
  /// leaves open.
  Outcome finish();
  [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

  /// The value of "context.requestId" or "stageVariables.url", as far as it is known by now.
  std::optional<std::string> variable(std::string_view name);
  /// That of method.request.header.X and the like.
  std::optional<std::string> parameter(const RequestParameter& parameter) const;

 private:
  /// What a gate says: how the request ends; or nothing: it passes, or a call is left.
  using Step = std::optional<Outcome>;
  using Gate = Step (Visit::*)();
  static const Gate kGates[];

  Step limits();
  Step service_health();
  Step choose_api();
  Step endpoint_policy();
  Step domain_policy();
  Step resource_policy_first();
  Step known_route();
  Step signature();
  Step authorizer();
  Step resource_policy_second();
  Step api_key();
  Step stage_throttle();
  Step request_validation();
  Step integration();

  Step decompress_body();
  /// `encoded`: the integration has done so already.
  void compress_answer(bool encoded = false);

  Step refuse_usage(UsageAnswer::Kind kind);
  Step over_throttle();
  [[nodiscard]] std::optional<std::string_view> sent_api_key() const;
  // Who has signed the request, looked at when somebody asks.
  [[nodiscard]] SignedRequest signed_request() const;
  const SignatureVerdict& signature_verdict();
  const Identity* signing_identity();
  Outcome refuse_signature(const SignatureFailure& failure);
  [[nodiscard]] bool drops_authorization() const noexcept;

  /// "{stage}/{VERB}/{path}", the end of the method's ARN.
  std::string_view method_resource();
  std::string_view method_arn();
  [[nodiscard]] RequestContext policy_view(std::string_view resource, std::string_view arn,
                                           const Identity* caller) const;
  [[nodiscard]] PolicyDecision resource_policy(const Identity* caller);
  Step authorize_signer();
  Step combine_with_authorizer();
  /// Passes, or refuses in the words of apigateway.md 5.3. `whose`: the policy, for records.
  Step decide(const AccessDecision& decision, const DeniedResource& denied, std::string_view whose);
  Step decide_for_method(const AccessDecision& decision, const Identity* caller,
                         std::string_view whose);

  // Of methods with an authorizer (execute_api_authorizer.cpp).
  Step ask_authorizer(const Authorizer& authorizer);
  [[nodiscard]] FunctionCall authorizer_call(const Authorizer& authorizer);
  std::optional<std::string> value_of(const IdentitySource& source);
  std::optional<std::string> identity_for(const Authorizer& authorizer);
  Step judge(const lambda::Invocation& invocation);
  void take_over(std::shared_ptr<const AuthorizerAnswer> answer, Duration latency);
  Step ask_user_pool(const Authorizer& authorizer);
  Step judge(const KeySets::Got& got);
  Outcome refuse_unauthorized(std::string why);
  Outcome refuse_authorizer(GatewayResponseType type, GatewayError error, std::string why);
  /// The gate at which it waited has decided.
  void go_on_after(const Step& end);
  void log_authorizer_call(const Authorizer& authorizer, const FunctionCall& call);
  [[nodiscard]] bool asks_authorizer() const noexcept {
    return kGates[gate_] == &Visit::authorizer;
  }
  [[nodiscard]] std::string authorizer_of_event() const;
  std::optional<std::string> authorizer_context(std::string_view name) const;

  Outcome refuse_unresolved();
  ProxyCall proxy_call();
  Outcome answer_with(const PreparedAnswer& answer);
  Step ask_function();
  Step ask_backend(const MappedRequest& mapped);
  // Of integrations that map (execute_api_mapping.cpp).
  [[nodiscard]] Conversion conversion_of_request() const;
  [[nodiscard]] Conversion conversion_of_response(ContentHandling handling,
                                                  const http::FieldList& fields) const;
  MappingInput mapping_input(const MappingBody& body);
  Step ask_mapped();
  Step answer_mock(std::string_view body);
  Outcome mapped_answer_of(const lambda::Invocation& invocation);
  Outcome mapped_answer_of(const HttpExchange& exchange);
  Outcome answer_mapped(const MappedIntegration::Response* chosen, std::string body,
                        const http::FieldList& fields);
  Outcome misconfigured(std::string why);
  Outcome answer_of(const lambda::Invocation& invocation);
  Outcome answer_of(const lambda::Invocation& invocation, lambda::ResponseStream& stream);
  void begin_answer_of_function(const ProxyAnswer& answer);
  Outcome refuse_failed(const lambda::Invocation& invocation);
  Outcome refuse_malformed(const lambda::Invocation& invocation);
  void keep_output(const lambda::Invocation& invocation);
  bool decode(ProxyAnswer& answer) const;
  Outcome answer_of(HttpExchange& exchange);
  Outcome refuse_exchange(const HttpExchange& exchange);
  void add_fields_to(http::Request& request, const MappedValues& mapped);
  void add_mapped_fields_to(http::Request& request, const MappedValues& mapped);
  void add_own_fields_to(http::Request& request, const MappedValues& mapped);

  std::optional<std::string> context(std::string_view name);
  std::optional<std::string> identity(std::string_view name);
  std::optional<std::string> error(std::string_view name) const;
  std::optional<std::string> integrated(std::string_view name) const;
  [[nodiscard]] std::string_view host() const noexcept;

  [[nodiscard]] Time now() const { return arrival_.loop ? arrival_.loop->now() : arrival_.at; }
  [[nodiscard]] Time calendar() const;
  [[nodiscard]] Duration latency() const { return now() - begun_at_; }
  [[nodiscard]] std::optional<std::uint64_t> response_length() const;

  // What an integration has done, for logs and metrics.
  void note_answer();
  void note_answer(const lambda::Invocation& invocation);
  void note_streaming(const lambda::Invocation& invocation);
  void note_answer(const HttpExchange& exchange);

  // The execution log: each does nothing where there is none.
  void begin_execution_log();
  void log_step(std::string_view text);
  void log_data(std::string_view what, std::string_view text);
  void log_failure(std::string_view text);
  void log_usage_plan();
  void log_usage(const UsageAnswer& answer);
  void log_throttle(const ThrottleSettings& limit);
  void log_method_request();
  void log_call(const FunctionCall& call);
  void log_call(const HttpExchange& exchange);
  void log_received(int status, const http::FieldList& fields, std::string_view body);
  void log_failure_of(const lambda::Invocation& invocation);
  void log_answer();
  void end_execution_log();
  void write_logs();

  void begin(int status, std::string_view content_type);
  void end_headers() { response_.headers.add("x-amz-apigw-id", extended_id()); }
  void add_trace_id();
  /// `text` lives in the response's arena or is static.
  void set_text(std::string_view text);
  void describe_body(std::uint64_t size);
  /// An answer of the API's own, which its owner may have customized; `error_type` is
  /// x-amzn-ErrorType.
  Outcome fail(const GatewayFailure& failure, std::string_view error_type, Outcome outcome);
  Outcome fail(GatewayResponseType type, GatewayError error, Outcome outcome) {
    return fail(GatewayFailure(type, error), error_text(error).error_type, outcome);
  }
  /// An answer that no API has a say in.
  Outcome refuse(GatewayError error, Outcome outcome);
  [[nodiscard]] bool is_head() const noexcept { return request_.method == "HEAD"; }
  [[nodiscard]] std::uint64_t body_bytes() const noexcept {
    return std::max(facts_.content_length, arrival_.body_bytes);
  }
  /// What the integration gets of it.
  [[nodiscard]] std::string_view body() const noexcept {
    return decompressed_ ? *decompressed_ : arrival_.body;
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
  std::string_view method_;  // after X-HTTP-Method-Override
  Selection selection_;
  const Api* api_ = nullptr;  // set once the API and its stage are chosen
  std::string_view method_resource_, method_arn_;
  std::optional<SignatureVerdict> signature_verdict_;
  const AccessKey* signer_ = nullptr;                  // of a method with AWS_IAM authorization
  std::optional<PolicyDecision> anonymous_decision_;   // of the API's policy, about anybody
  std::optional<PolicyDecision> authorizer_decision_;  // of a method with a Lambda authorizer
  /// What an authorizer has let in.
  struct Authorized {
    std::shared_ptr<const AuthorizerAnswer> answer;  // null: a user pool has
    Duration latency{};                              // of its function; zero: nobody was asked
    Claims claims;                                   // of a user pool's token
  };
  std::optional<Authorized> authorized_;
  std::string identity_;                        // of whom a Lambda authorizer was asked
  std::unique_ptr<const UserPoolToken> token_;  // whose keys are being fetched
  std::optional<std::size_t> route_;
  const Api::Method* reached_ = nullptr;
  std::size_t gate_ = 0;  // where it is
  Outcome outcome_ = Outcome::answered;
  Call call_;
  bool streams_ = false;
  std::optional<std::uint64_t> stream_length_;
  std::optional<Streamed> streamed_;    // once that is over
  std::optional<int> status_override_;  // of the request's template
  std::string_view request_id_, extended_id_;
  std::string detail_;
  /// $context.error.*, of an answer of the API's own.
  struct Error {
    std::string_view response_type;
    std::string message_string, validation;
  };
  std::optional<Error> error_;
  std::optional<std::string> decompressed_;  // the body, where it came compressed
  std::optional<std::string> output_;        // what functions printed, where some were asked
  std::optional<std::string> usage_identifier_key_;  // an API key's value, by the authorizer
  std::string_view api_key_, api_key_id_;  // of a method that requires one; the id lives on
  const Time begun_at_;
  std::optional<Time> asked_at_;                 // when the last call was left
  std::optional<Integrated> integrated_;         // none: none was asked
  std::unique_ptr<ExecutionLog> execution_log_;  // null: there is none of this request
};

}  // namespace hoplab::aws
