// What is known of a request by its names: $context, $stageVariables, and its parameters
// (apigateway.md 14).
#include <algorithm>

#include "aws/apigateway/execute_api.h"
#include "aws/apigateway/proxy_event.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

using Value = std::optional<std::string>;

Value some(std::string_view text) {
  return text.empty() ? std::nullopt : Value(text);
}

/// "context.x" without "context."; nothing: it is of another group.
std::optional<std::string_view> within(std::string_view group, std::string_view name) {
  if (!name.starts_with(group) || name.size() <= group.size() || name[group.size()] != '.') {
    return std::nullopt;
  }
  return name.substr(group.size() + 1);
}

std::string milliseconds(Duration duration) {
  return std::to_string(std::chrono::floor<std::chrono::milliseconds>(duration).count());
}

}  // namespace

std::string_view ExecuteApi::Visit::host() const noexcept {
  return request_.authority.substr(0, request_.authority.find(':'));
}

Value ExecuteApi::Visit::variable(std::string_view name) {
  if (const auto of_context = within("context", name)) return context(*of_context);
  const auto of_stage = within("stageVariables", name);
  if (!of_stage || !api_) return std::nullopt;
  const auto& all = stage_variables();
  const auto found = std::ranges::find(all, *of_stage, &model::Texts::value_type::first);
  return found == all.end() ? std::nullopt : Value(found->second);
}

Value ExecuteApi::Visit::identity(std::string_view name) {
  if (name == "apiKey") return some(api_key_);
  if (name == "apiKeyId") return some(api_key_id_);
  if (name == "sourceIp") return some(caller_.source_ip);
  if (name == "vpcId") return some(caller_.vpc_id);
  if (name == "vpceId") return some(caller_.vpce_id);
  if (name == "userAgent") return some(facts_.user_agent.value_or(""));
  if (signer_ == nullptr) return std::nullopt;
  const Credentials& credentials = signer_->credentials;
  if (name == "accessKey") return some(credentials.access_key_id);
  if (name == "accountId") return some(credentials.identity.account);
  if (name == "caller" || name == "user") return some(credentials.identity.user_id);
  if (name == "principalOrgId") return some(credentials.identity.organization_id);
  if (name == "userArn") return some(credentials.identity.arn);
  return std::nullopt;
}

Value ExecuteApi::Visit::error(std::string_view name) const {
  if (!error_) return std::nullopt;
  if (name == "responseType") return some(error_->response_type);
  if (name == "messageString") return some(error_->message_string);
  if (name == "validationErrorString") return some(error_->validation);
  if (name != "message") return std::nullopt;
  std::string_view text = error_->message_string;  // with its quotes
  if (text.size() < 2 || !text.starts_with('"')) return some(text);
  return some(text.substr(1, text.size() - 2));
}

/// context.integration.*
Value ExecuteApi::Visit::integrated(std::string_view name) const {
  const auto number = [](const std::optional<int>& status) {
    return status ? Value(std::to_string(*status)) : Value();
  };
  if (!integrated_) return std::nullopt;
  if (name == "latency") return milliseconds(integrated_->latency);
  if (name == "status") return number(integrated_->status);
  if (name == "integrationStatus") return number(integrated_->integration_status);
  if (name == "requestId") return some(integrated_->request_id);
  if (name == "error") return some(detail_);
  if (name == "responseTransferMode") return Value(reached_->streams ? "STREAM" : "BUFFERED");
  if (!streamed_ || !asked_at_) return std::nullopt;
  if (name == "timeToAllHeaders") return milliseconds(integrated_->latency);
  if (name == "timeToFirstContent" && streamed_->first_content_at) {
    return milliseconds(*streamed_->first_content_at - *asked_at_);
  }
  return std::nullopt;
}

std::optional<std::uint64_t> ExecuteApi::Visit::response_length() const {
  if (response_.head_only) return 0;
  if (streamed_) return streamed_->bytes;
  if (!response_.body) return response_.text.size();
  return response_.body->remaining();
}

Value ExecuteApi::Visit::context(std::string_view name) {
  using Get = Value (*)(Visit&);
  static constexpr std::pair<std::string_view, Get> kNames[] = {
      {"accountId", [](Visit& v) { return v.api_ ? some(v.api_->account) : Value(); }},
      {"apiId", [](Visit& v) { return v.api_ ? some(v.api_->id) : Value(); }},
      {"awsEndpointRequestId", [](Visit& v) { return v.integrated("requestId"); }},
      {"customDomain.basePathMatched",
       [](Visit& v) {
         return v.selection_.by_domain ? some("/" + std::string(v.selection_.base_path)) : Value();
       }},
      {"customDomain.routingRuleIdMatched",
       [](Visit& v) { return some(v.selection_.routing_rule); }},
      {"cipherSuite", [](Visit& v) { return some(v.caller_.tls.cipher_suite); }},
      {"deploymentId", [](Visit& v) { return v.api_ ? some(v.api_->deployment_id) : Value(); }},
      {"domainName", [](Visit& v) { return some(v.host()); }},
      {"domainPrefix", [](Visit& v) { return some(v.host().substr(0, v.host().find('.'))); }},
      {"endpointType", [](Visit&) { return Value("PRIVATE"); }},
      {"extendedRequestId", [](Visit& v) { return some(v.extended_id()); }},
      {"httpMethod", [](Visit& v) { return some(v.method_); }},
      {"integrationLatency", [](Visit& v) { return v.integrated("latency"); }},
      {"integrationStatus", [](Visit& v) { return v.integrated("integrationStatus"); }},
      {"isCanaryRequest",
       [](Visit& v) {
         if (!v.api_ || !v.api_->canary_percent) return Value();
         return Value(v.canary_ ? "true" : "false");
       }},
      {"path", [](Visit& v) { return some(v.facts_.path); }},
      {"protocol", [](Visit&) { return Value("HTTP/1.1"); }},
      {"requestId", [](Visit& v) { return some(v.request_id()); }},
      {"requestTime", [](Visit& v) { return Value(request_time(v.arrival_.at)); }},
      {"requestTimeEpoch",
       [](Visit& v) { return Value(milliseconds(v.arrival_.at.time_since_epoch())); }},
      {"resourceId", [](Visit& v) { return v.reached_ ? some(v.reached_->resource_id) : Value(); }},
      {"resourcePath",
       [](Visit& v) { return v.reached_ ? some(v.reached_->resource_path) : Value(); }},
      {"responseLatency", [](Visit& v) { return Value(milliseconds(v.latency())); }},
      {"responseLength",
       [](Visit& v) {
         const auto length = v.response_length();
         return length ? Value(std::to_string(*length)) : Value();
       }},
      {"stage", [](Visit& v) { return v.api_ ? some(v.api_->stage) : Value(); }},
      {"status",
       [](Visit& v) {
         return v.response_.status ? Value(std::to_string(v.response_.status)) : Value();
       }},
      {"tlsVersion", [](Visit& v) { return some(v.caller_.tls.version); }},
      {"xrayTraceId", [](Visit& v) { return some(v.facts_.trace_id.value_or("")); }},
  };
  if (const auto of_identity = within("identity", name)) return identity(*of_identity);
  if (const auto of_error = within("error", name)) return error(*of_error);
  if (const auto of_authorizer = within("authorizer", name)) {
    return authorizer_context(*of_authorizer);
  }
  if (const auto of_integration = within("integration", name)) return integrated(*of_integration);
  const auto found = std::ranges::find(kNames, name, &std::pair<std::string_view, Get>::first);
  return found == std::end(kNames) ? std::nullopt : found->second(*this);
}

Value ExecuteApi::Visit::parameter(const RequestParameter& parameter) const {
  Value value;
  if (parameter.place == ParameterPlace::header) {
    for (const http::Field& field : request_.headers.fields()) {
      if (iequals(field.name, parameter.name)) value = field.value;
    }
  } else if (parameter.place == ParameterPlace::querystring) {
    each_query_parameter(facts_.query, [&](std::string_view name, std::string_view text) {
      if (form_decoded(name) == parameter.name) value = form_decoded(text);
    });
  } else if (reached_) {
    for (const auto& [name, text] : path_parameters(reached_->resource_path, selection_.path)) {
      if (name == parameter.name) value = percent_decoded(text);
    }
  }
  return value;
}

}  // namespace hoplab::aws
