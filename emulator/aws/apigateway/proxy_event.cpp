#include "aws/apigateway/proxy_event.h"

#include <algorithm>

#include "aws/apigateway/integration_fields.h"
#include "aws/apigateway/response_stamps.h"
#include "aws/stub/json_text.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/base64.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

/// Names with their values, as they came.
using Values = std::vector<std::pair<std::string, std::vector<std::string>>>;

template <class Same>
void add(Values& values, std::string name, std::string value, Same same) {
  const auto known =
      std::ranges::find_if(values, [&](const auto& one) { return same(one.first, name); });
  if (known != values.end()) {
    known->second.push_back(std::move(value));
  } else {
    values.push_back({std::move(name), {std::move(value)}});
  }
}

/// In order of the names, capitals before small letters, as in all captures.
Values headers_of(const ProxyCall& call) {
  Values values;
  for (auto& [name, value] : fields_of_endpoint(call.request.headers, call.caller)) {
    values.push_back({std::string(name), {std::move(value)}});
  }
  const auto added = static_cast<std::ptrdiff_t>(values.size());
  for (const http::Field& field : call.request.headers.fields()) {
    const bool ours = std::any_of(values.begin(), values.begin() + added,
                                  [&](const auto& one) { return iequals(one.first, field.name); });
    if (ours || !reaches_integration(model::IntegrationType::aws_proxy, field.name,
                                     call.signed_with_sigv4)) {
      continue;
    }
    if (call.decompressed && iequals(field.name, "Content-Encoding")) continue;
    add(values, std::string(field.name), std::string(field.value),
        [](std::string_view a, std::string_view b) { return iequals(a, b); });
  }
  std::ranges::sort(values, {}, &Values::value_type::first);
  return values;
}

Values parameters_of(std::string_view query) {
  Values values;
  each_query_parameter(query, [&](std::string_view name, std::string_view value) {
    add(values, form_decoded(name), form_decoded(value), std::equal_to<>());
  });
  return values;
}

/// An object, member after member.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) { out_ += '{'; }
  ~Writer() { out_ += '}'; }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void text(std::string_view name, std::string_view value) {
    key(name);
    append_json_string(out_, is_utf8(value) ? value : valid_utf8(value));
  }
  void json(std::string_view name, std::string_view value) {
    key(name);
    out_ += value;
  }
  void nulls(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) json(name, "null");
  }
  std::string& key(std::string_view name) {
    if (out_.back() != '{') out_ += ',';
    append_json_string(out_, is_utf8(name) ? name : valid_utf8(name));
    out_ += ':';
    return out_;
  }

 private:
  std::string& out_;
};

/// Of several values of one name the last; `nothing` when there is none.
void append_last(Writer& event, std::string_view name, const Values& values,
                 std::string_view nothing) {
  if (values.empty()) return event.json(name, nothing);
  Writer object(event.key(name));
  for (const auto& [key, all] : values) object.text(key, all.back());
}

void append_lists(Writer& event, std::string_view name, const Values& values,
                  std::string_view nothing) {
  if (values.empty()) return event.json(name, nothing);
  Writer object(event.key(name));
  for (const auto& [key, all] : values) {
    std::string& out = object.key(key);
    out += '[';
    for (const std::string& value : all) {
      if (out.back() != '[') out += ',';
      append_json_string(out, is_utf8(value) ? value : valid_utf8(value));
    }
    out += ']';
  }
}

void text_or_null(Writer& object, std::string_view name, std::string_view value) {
  if (value.empty()) return object.nulls({name});
  object.text(name, value);
}

void append_identity(Writer& context, const ProxyCall& call) {
  static const Credentials kAnonymous;
  const Credentials& signer = call.signer ? call.signer->credentials : kAnonymous;
  Writer identity(context.key("identity"));
  identity.nulls({"cognitoIdentityPoolId", "cognitoIdentityId"});
  identity.text("vpceId", call.caller.vpce_id);
  if (!call.api_key.empty()) identity.text("apiKey", call.api_key);
  text_or_null(identity, "principalOrgId", signer.identity.organization_id);
  identity.nulls({"cognitoAuthenticationType"});
  text_or_null(identity, "userArn", signer.identity.arn);
  if (!call.api_key.empty()) identity.text("apiKeyId", call.api_key_id);
  const std::string_view* const agent = call.request.headers.find("User-Agent");
  if (agent) {
    identity.text("userAgent", *agent);
  } else {
    identity.nulls({"userAgent"});
  }
  text_or_null(identity, "accountId", signer.identity.account);
  text_or_null(identity, "caller", signer.identity.user_id);
  identity.text("sourceIp", call.caller.source_ip);
  text_or_null(identity, "accessKey", signer.access_key_id);
  identity.text("vpcId", call.caller.vpc_id);
  identity.nulls({"cognitoAuthenticationProvider"});
  text_or_null(identity, "user", signer.identity.user_id);
}

void append_context(Writer& event, const ProxyCall& call) {
  const auto milliseconds =
      std::chrono::floor<std::chrono::milliseconds>(call.at).time_since_epoch().count();
  const std::string_view host = call.request.authority.substr(0, call.request.authority.find(':'));
  Writer context(event.key("requestContext"));
  context.text("resourceId", call.resource_id);
  if (!call.authorizer.empty()) context.json("authorizer", call.authorizer);
  context.text("resourcePath", call.resource);
  if (!call.operation_name.empty()) context.text("operationName", call.operation_name);
  context.text("httpMethod", call.method);
  context.text("extendedRequestId", call.extended_request_id);
  context.text("requestTime", request_time(call.at));
  context.text("path", call.own_path);
  context.text("accountId", call.account);
  context.text("protocol", "HTTP/1.1");
  context.text("stage", call.stage);
  context.text("domainPrefix", host.substr(0, host.find('.')));
  context.json("requestTimeEpoch", std::to_string(milliseconds));
  context.text("requestId", call.request_id);
  append_identity(context, call);
  context.text("domainName", host);
  context.text("deploymentId", call.deployment_id);
  context.text("apiId", call.api_id);
}

/// What stands before the body; `nothing` is what an empty map is.
void append_request(Writer& event, const ProxyCall& call, std::string_view nothing) {
  const Values headers = headers_of(call);
  const Values parameters = parameters_of(call.query);
  event.text("resource", call.resource);
  event.text("path", call.path);
  event.text("httpMethod", call.method);
  append_last(event, "headers", headers, nothing);
  append_lists(event, "multiValueHeaders", headers, nothing);
  append_last(event, "queryStringParameters", parameters, nothing);
  append_lists(event, "multiValueQueryStringParameters", parameters, nothing);
  const auto append_texts = [&](std::string_view name, const auto& texts) {
    if (texts.empty()) return event.json(name, nothing);
    Writer object(event.key(name));
    for (const auto& [key, value] : texts) object.text(key, value);
  };
  append_texts("pathParameters", call.path_parameters);
  append_texts("stageVariables", call.stage_variables ? *call.stage_variables : model::Texts());
  append_context(event, call);
}

}  // namespace

std::string proxy_event(const ProxyCall& call) {
  std::string out;
  {
    Writer event(out);
    append_request(event, call, "null");
    const bool base64 = call.binary && !call.body.empty();
    if (call.body.empty()) {
      event.json("body", "null");
    } else if (base64) {
      event.text("body", to_base64(call.body));
    } else {
      event.text("body", call.body);
    }
    event.json("isBase64Encoded", base64 ? "true" : "false");
  }
  return out;
}

std::string request_authorizer_event(const ProxyCall& call, std::string_view method_arn) {
  std::string out;
  {
    Writer event(out);
    event.text("type", "REQUEST");
    event.text("methodArn", method_arn);
    append_request(event, call, "{}");
  }
  return out;
}

std::string token_authorizer_event(std::string_view token, std::string_view method_arn) {
  std::string out;
  {
    Writer event(out);
    event.text("type", "TOKEN");
    event.text("methodArn", method_arn);
    event.text("authorizationToken", token);
  }
  return out;
}

std::vector<std::pair<std::string_view, std::string_view>> path_parameters(
    std::string_view resource, std::string_view path) {
  const auto skip_slashes = [](std::string_view& text) {
    text.remove_prefix(std::min(text.find_first_not_of('/'), text.size()));
  };
  std::vector<std::pair<std::string_view, std::string_view>> found;
  for (;;) {
    skip_slashes(resource);
    skip_slashes(path);
    if (resource.empty()) return found;
    std::string_view name = resource.substr(0, resource.find('/'));
    resource.remove_prefix(name.size());
    const bool greedy = name.ends_with("+}");
    const std::string_view value = greedy ? path : path.substr(0, path.find('/'));
    path.remove_prefix(value.size());
    if (!name.starts_with('{')) continue;
    name.remove_prefix(1);
    name.remove_suffix(greedy ? 2 : 1);
    found.emplace_back(name, value);
  }
}

}  // namespace hoplab::aws
