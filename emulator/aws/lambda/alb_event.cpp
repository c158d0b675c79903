#include "aws/lambda/alb_event.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "aws/stub/json_text.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/base64.h"

namespace hoplab::aws::lambda {

namespace {

/// Names with their values, as they came.
using Values = std::vector<std::pair<std::string, std::vector<std::string_view>>>;

void add(Values& values, std::string name, std::string_view value) {
  const auto known = std::ranges::find(values, name, &Values::value_type::first);
  if (known != values.end()) {
    known->second.push_back(value);
  } else {
    values.push_back({std::move(name), {value}});
  }
}

/// In lower case and, as in all captures, in order of the names.
Values headers_of(const http::Request& request) {
  Values values;
  for (const http::Field& field : request.headers.fields()) {
    add(values, lower_case(field.name), field.value);
  }
  std::ranges::sort(values, {}, &Values::value_type::first);
  return values;
}

/// Neither names nor values are decoded.
Values parameters_of(std::string_view query) {
  Values values;
  each_query_parameter(query, [&](std::string_view name, std::string_view value) {
    add(values, std::string(name), value);
  });
  return values;
}

/// Of several values of one name, those who take one get the last.
void append_values(std::string& out, const Values& values, bool lists) {
  out += '{';
  for (const auto& [name, all] : values) {
    if (out.back() != '{') out += ',';
    append_json_string(out, name);
    out += ':';
    if (!lists) {
      append_json_string(out, all.back());
      continue;
    }
    out += '[';
    for (const std::string_view value : all) {
      if (out.back() != '[') out += ',';
      append_json_string(out, value);
    }
    out += ']';
  }
  out += '}';
}

/// "If the content-encoding header is present" it is; else unless its type is one of these.
bool is_binary(const http::Request& request) {
  if (request.headers.find("Content-Encoding")) return true;
  std::string_view type = request.headers.get("Content-Type");
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return !iequals(type.substr(0, 5), "text/") && !iequals(type, "application/json") &&
         !iequals(type, "application/javascript") && !iequals(type, "application/xml");
}

struct Parts {
  std::string_view method, path, body;
  const Values& parameters;
  const Values& headers;
  bool base64 = false;
};

std::string written(const Parts& parts, const AlbEventForm& form) {
  const bool lists = form.multi_value_headers;
  std::string out = R"({"requestContext":{"elb":{"targetGroupArn":)";
  append_json_string(out, form.target_group_arn);
  out += R"(}},"httpMethod":)";
  append_json_string(out, parts.method);
  out += R"(,"path":)";
  append_json_string(out, parts.path);
  out += lists ? R"(,"multiValueQueryStringParameters":)" : R"(,"queryStringParameters":)";
  append_values(out, parts.parameters, lists);
  out += lists ? R"(,"multiValueHeaders":)" : R"(,"headers":)";
  append_values(out, parts.headers, lists);
  out += R"(,"body":)";
  append_json_string(out, parts.body);
  out += parts.base64 ? R"(,"isBase64Encoded":true})" : R"(,"isBase64Encoded":false})";
  return out;
}

bool all_utf8(const http::Request& request) {
  return is_utf8(request.target) &&
         std::ranges::all_of(request.headers.fields(),
                             [](const auto& f) { return is_utf8(f.name) && is_utf8(f.value); });
}

}  // namespace

std::optional<std::string> alb_event(const http::Request& request, std::string_view body,
                                     const AlbEventForm& form) {
  const bool base64 = !body.empty() && is_binary(request);
  if (!all_utf8(request) || (!base64 && !is_utf8(body))) return std::nullopt;
  const auto question = request.target.find('?');
  const bool has_query = question != std::string_view::npos;
  const Values parameters = parameters_of(has_query ? request.target.substr(question + 1) : "");
  const Values headers = headers_of(request);
  const std::string encoded = base64 ? to_base64(body) : std::string();
  return written({.method = request.method,
                  .path = request.target.substr(0, question),
                  .body = base64 ? std::string_view(encoded) : body,
                  .parameters = parameters,
                  .headers = headers,
                  .base64 = base64},
                 form);
}

std::string alb_health_check_event(std::string_view path, const AlbEventForm& form) {
  const Values headers{{"user-agent", {"ELB-HealthChecker/2.0"}}};
  return written({.method = "GET", .path = path, .body = {}, .parameters = {}, .headers = headers},
                 form);
}

}  // namespace hoplab::aws::lambda
