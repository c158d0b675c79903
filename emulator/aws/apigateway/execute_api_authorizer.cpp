// The gate of an API at which a function or a user pool says who may pass (apigateway-features.md
// 2).
#include <algorithm>

#include "aws/apigateway/execute_api.h"
#include "aws/stub/json_text.h"
#include "model/ids.h"
#include "model/problem.h"

namespace hoplab::aws {

namespace {

/// Longest that an authorizer's function may take (apigateway-features.md 2.2).
constexpr Duration kAuthorizerTimeout = 29s;

std::int64_t whole_milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

void append_json_member(std::string& out, std::string_view name, std::string_view json) {
  if (out.back() != '{') out += ',';
  append_json_string(out, name);
  out += ':';
  out += json;
}

std::string json_string(std::string_view text) {
  std::string out;
  append_json_string(out, is_utf8(text) ? text : valid_utf8(text));
  return out;
}

}  // namespace

ExecuteApi::Visit::Step ExecuteApi::Visit::authorizer() {
  const Authorizer* const authorizer = reached_->authorizer;
  if (authorizer == nullptr) return std::nullopt;
  return authorizer->asks_function() ? ask_authorizer(*authorizer) : ask_user_pool(*authorizer);
}

Outcome ExecuteApi::Visit::refuse_unauthorized(std::string why) {
  detail_ = std::move(why);
  return fail(GatewayResponseType::unauthorized, GatewayError::unauthorized, Outcome::unauthorized);
}

Outcome ExecuteApi::Visit::refuse_authorizer(GatewayResponseType type, GatewayError error,
                                             std::string why) {
  detail_ = std::move(why);
  log_failure("Execution failed due to configuration error: " + detail_);
  log_failure(error_text(error).error_type);
  return fail(type, error, Outcome::authorizer_failed);
}

void ExecuteApi::Visit::go_on_after(const Step& end) {
  if (end) {
    outcome_ = *end;
    return;
  }
  ++gate_;
  go_on();
}

std::optional<std::string> ExecuteApi::Visit::value_of(const IdentitySource& source) {
  return source.parameter ? parameter(*source.parameter) : variable(source.variable);
}

/// All of its sources, in order, told apart whatever is in them; nothing, with detail_: one is not
/// there.
std::optional<std::string> ExecuteApi::Visit::identity_for(const Authorizer& authorizer) {
  std::string identity;
  for (const IdentitySource& source : authorizer.sources) {
    const auto value = value_of(source);
    if (!value || value->empty()) {
      detail_ = source.text + " is not there";
      return std::nullopt;
    }
    if (authorizer.sources.size() == 1) return value;
    identity += std::to_string(value->size()) + ':' + *value;
  }
  return identity;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::ask_authorizer(const Authorizer& authorizer) {
  const bool of_token = authorizer.model.type == Authorizer::Type::token;
  if (of_token || authorizer.cache) {
    auto identity = identity_for(authorizer);
    if (!identity) return refuse_unauthorized(std::move(detail_));
    identity_ = std::move(*identity);
  }
  if (of_token && authorizer.expression && !authorizer.expression->found_in(identity_)) {
    return refuse_unauthorized("the token does not fit IdentityValidationExpression");
  }
  if (authorizer.cache) {
    if (auto known = authorizer.cache->find(identity_, now())) {
      take_over(std::move(known), Duration::zero());
      return std::nullopt;
    }
  }
  if (!authorizer.lacks.empty()) {
    return refuse_authorizer(GatewayResponseType::authorizer_configuration_error,
                             GatewayError::authorizer_configuration_error,
                             "the stage has no variable " + model::in_quotes(authorizer.lacks));
  }
  FunctionCall call = authorizer_call(authorizer);
  log_authorizer_call(authorizer, call);
  call_ = std::move(call);
  return std::nullopt;
}

FunctionCall ExecuteApi::Visit::authorizer_call(const Authorizer& authorizer) {
  std::string event = authorizer.model.type == Authorizer::Type::token
                          ? token_authorizer_event(identity_, method_arn())
                          : request_authorizer_event(proxy_call(), method_arn());
  return {authorizer.model.function, std::move(event), kAuthorizerTimeout};
}

// apigateway-features.md 2.3.
ExecuteApi::Visit::Step ExecuteApi::Visit::judge(const lambda::Invocation& invocation) {
  const auto fails = [this](std::string why) {
    return refuse_authorizer(GatewayResponseType::authorizer_configuration_error,
                             GatewayError::authorizer_configuration_error, std::move(why));
  };
  log_data("Authorizer result body before parsing: ", invocation.payload);
  if (invocation.failure) {
    if (says_unauthorized(invocation.payload)) return refuse_unauthorized("its function says so");
    return fails(std::string(to_text(*invocation.failure)) + ": " + invocation.detail);
  }
  auto answer = AuthorizerAnswer::read(invocation.payload);
  if (!answer) return fails(answer.error());
  const auto kept = std::make_shared<const AuthorizerAnswer>(std::move(answer).value());
  const Authorizer& authorizer = *reached_->authorizer;
  if (authorizer.cache) authorizer.cache->put(identity_, kept, now());
  log_step("Using valid authorizer policy for principal: " + masked_secret(kept->principal_id));
  log_step("Successfully completed authorizer execution");
  take_over(kept, now() - asked_at_.value_or(now()));
  return std::nullopt;
}

/// apigateway-features.md 10.
void ExecuteApi::Visit::log_authorizer_call(const Authorizer& authorizer,
                                            const FunctionCall& call) {
  if (!execution_log_) return;
  const std::string id =
      model::derived_id_within_api(api_->id, "authorizer " + authorizer.model.name);
  log_step("Starting authorizer: " + id + " for request: " + std::string(request_id()));
  if (!execution_log_->traces()) return;
  if (authorizer.model.type == Authorizer::Type::token) {
    log_data("Incoming identity: ", masked_secret(identity_));
  } else {
    std::vector<std::pair<std::string, std::string>> sources;
    for (const IdentitySource& source : authorizer.sources) {
      sources.emplace_back(source.text, masked_secret(value_of(source).value_or("")));
    }
    log_data("Incoming identity: ", parameters_text(sources));
  }
  log_data("Endpoint request body after transformations: ", call.event);
}

void ExecuteApi::Visit::take_over(std::shared_ptr<const AuthorizerAnswer> answer,
                                  Duration latency) {
  authorizer_decision_ =
      answer->policy.evaluate(policy_view(method_resource(), method_arn(), nullptr));
  usage_identifier_key_ = answer->usage_identifier_key;
  authorized_ = Authorized{std::move(answer), latency, {}};
}

ExecuteApi::Visit::Step ExecuteApi::Visit::ask_user_pool(const Authorizer& authorizer) {
  const auto identity = identity_for(authorizer);
  if (!identity) return refuse_unauthorized(std::move(detail_));
  std::string why;
  auto token = UserPoolToken::read(*identity, authorizer, why);
  if (!token) return refuse_unauthorized(std::move(why));
  call_ = KeysCall{token->keys_url(), token->kid()};
  token_ = std::make_unique<const UserPoolToken>(std::move(*token));
  return std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::judge(const KeySets::Got& got) {
  if (!got.keys) {
    return refuse_authorizer(GatewayResponseType::authorizer_configuration_error,
                             GatewayError::authorizer_configuration_error,
                             std::string(to_text(got.reason)) + ": " + got.detail);
  }
  const TokenVerdict verdict =
      token_->judge(*got.keys, *reached_->authorizer, reached_->scopes, arrival_.at);
  if (verdict.expired) {
    detail_ = verdict.why;
    return fail(GatewayResponseType::unauthorized, GatewayError::token_expired,
                Outcome::unauthorized);
  }
  if (!verdict.why.empty()) return refuse_unauthorized(verdict.why);
  authorized_ = Authorized{nullptr, Duration::zero(), token_->claims()};
  return std::nullopt;
}

void ExecuteApi::Visit::answered(const KeySets::Got& got) {
  call_ = {};
  go_on_after(judge(got));
}

/// requestContext.authorizer of an integration's event; values of the context are as the function
/// had them (apigateway-features.md 1.1).
std::string ExecuteApi::Visit::authorizer_of_event() const {
  if (!authorized_) return {};
  std::string out = "{";
  if (const AuthorizerAnswer* const answer = authorized_->answer.get()) {
    append_json_member(out, "principalId", json_string(answer->principal_id));
    for (const auto& value : answer->context) append_json_member(out, value.name, value.json);
    append_json_member(out, "integrationLatency",
                       std::to_string(whole_milliseconds(authorized_->latency)));
  } else {
    std::string claims = "{";
    for (const auto& [name, text] : authorized_->claims)
      append_json_member(claims, name, json_string(text));
    append_json_member(out, "claims", claims + '}');
  }
  return out + '}';
}

/// $context.authorizer.*
std::optional<std::string> ExecuteApi::Visit::authorizer_context(std::string_view name) const {
  if (!authorized_) return std::nullopt;
  const AuthorizerAnswer* const answer = authorized_->answer.get();
  if (answer == nullptr) {
    constexpr std::string_view kClaims = "claims.";
    if (!name.starts_with(kClaims)) return std::nullopt;
    const auto found = std::ranges::find(authorized_->claims, name.substr(kClaims.size()),
                                         &Claims::value_type::first);
    return found == authorized_->claims.end() ? std::nullopt : std::optional(found->second);
  }
  if (name == "principalId") return answer->principal_id;
  if (name == "integrationLatency") return std::to_string(whole_milliseconds(authorized_->latency));
  const auto found = std::ranges::find(answer->context, name, &AuthorizerAnswer::Value::name);
  return found == answer->context.end() ? std::nullopt : std::optional(found->text);
}

}  // namespace hoplab::aws
