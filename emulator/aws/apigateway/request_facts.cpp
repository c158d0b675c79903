#include "aws/apigateway/request_facts.h"

#include <charconv>
#include <limits>

#include "base/ascii.h"

namespace hoplab::aws {

namespace {

/// `lower` is in lower case already.
bool named(std::string_view name, std::string_view lower) noexcept {
  for (std::size_t i = 0; i < lower.size(); ++i) {
    if (lower_case(name[i]) != lower[i]) return false;
  }
  return true;
}

void first(std::optional<std::string_view>& into, std::string_view value) noexcept {
  if (!into) into = value;
}

std::uint64_t parse_length(std::string_view value) noexcept {
  std::uint64_t length = 0;
  const auto [at, problem] = std::from_chars(value.data(), value.data() + value.size(), length);
  // Framing was checked by the parser before; what overflows is certainly too large.
  if (problem != std::errc{}) return std::numeric_limits<std::uint64_t>::max();
  return length;
}

/// Sorts by length first: most fields differ from all names that matter by that alone.
void look_at(const http::Field& field, RequestFacts& facts) noexcept {
  const auto name = field.name;
  switch (name.size()) {
    case 4:
      if (named(name, "date")) facts.has_date = true;
      break;
    case 7:
      if (named(name, "referer")) first(facts.referer, field.value);
      break;
    case 10:
      if (named(name, "user-agent"))
        first(facts.user_agent, field.value);
      else if (named(name, "x-amz-date"))
        facts.has_date = true;
      break;
    case 13:
      if (named(name, "authorization")) first(facts.authorization, field.value);
      break;
    case 14:
      if (named(name, "x-apigw-api-id"))
        first(facts.api_id, field.value);
      else if (named(name, "content-length"))
        facts.content_length = parse_length(field.value);
      break;
    case 15:
      if (named(name, "x-amzn-trace-id")) first(facts.trace_id, field.value);
      break;
    case 16:
      if (named(name, "x-amzn-requestid")) first(facts.request_id, field.value);
      break;
    case 22:
      if (named(name, "x-http-method-override")) first(facts.method_override, field.value);
      break;
    default: break;
  }
}

}  // namespace

RequestFacts collect_facts(const http::Request& request) noexcept {
  RequestFacts facts;
  const auto mark = request.target.find('?');
  facts.path = request.target.substr(0, mark);
  if (mark != std::string_view::npos) facts.query = request.target.substr(mark + 1);
  constexpr std::size_t kColonSpaceAndLineEnd = 4;
  for (const http::Field& field : request.headers.fields()) {
    facts.header_bytes += field.name.size() + field.value.size() + kColonSpaceAndLineEnd;
    look_at(field, facts);
  }
  return facts;
}

}  // namespace hoplab::aws
