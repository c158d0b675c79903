#include "aws/stub/echo.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "aws/stub/json_text.h"
#include "aws/stub/query.h"
#include "base/ascii.h"
#include "base/percent.h"

namespace hoplab::aws {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Pairs parse_query(std::string_view query) {
  Pairs pairs;
  each_query_parameter(query, [&](std::string_view raw_name, std::string_view raw_value) {
    auto name = form_decoded(raw_name);
    auto value = form_decoded(raw_value);
    const auto known = std::find_if(pairs.begin(), pairs.end(),
                                    [&](const auto& pair) { return pair.first == name; });
    if (known != pairs.end())
      known->second = std::move(value);
    else
      pairs.emplace_back(std::move(name), std::move(value));
  });
  return pairs;
}

Pairs joined_headers(const http::Headers& headers) {
  Pairs pairs;
  for (const http::Field& field : headers.fields()) {
    const auto known = std::find_if(pairs.begin(), pairs.end(), [&](const auto& pair) {
      return iequals(pair.first, field.name);
    });
    if (known != pairs.end())
      known->second.append(", ").append(field.value);
    else
      pairs.emplace_back(field.name, field.value);
  }
  return pairs;
}

void append_object(std::string& out, const Pairs& pairs) {
  char separator = '{';
  for (const auto& [name, value] : pairs) {
    out.push_back(std::exchange(separator, ','));
    append_json_string(out, name);
    out.push_back(':');
    append_json_string(out, value);
  }
  if (pairs.empty()) out.push_back('{');
  out.push_back('}');
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  out.push_back(out.empty() ? '{' : ',');
  append_json_string(out, name);
  out.push_back(':');
  append_json_string(out, value);
}

}  // namespace

std::string echo_body(const EchoContext& context) {
  std::string out;
  append_member(out, "method", context.request.method);
  append_member(out, "path", context.path);
  append_member(out, "queryString", context.query);
  out.append(",\"query\":");
  append_object(out, parse_query(context.query));
  out.append(",\"headers\":");
  append_object(out, joined_headers(context.request.headers));
  out.append(",\"bodyBytes\":").append(std::to_string(context.body_bytes));
  append_member(out, "resourcePath", context.resource_path);
  append_member(out, "stage", context.stage);
  append_member(out, "sourceIp", context.source_ip);
  append_member(out, "vpcId", context.vpc_id);
  append_member(out, "vpceId", context.vpce_id);
  return out.append("}");
}

}  // namespace hoplab::aws
