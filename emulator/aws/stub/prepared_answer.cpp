#include "aws/stub/prepared_answer.h"

#include <algorithm>

#include "base/ascii.h"
#include "model/text_rule.h"

namespace hoplab::aws {

namespace {

/// Fields that API Gateway writes itself, or that frame the message.
bool is_reserved(std::string_view lower) noexcept {
  static constexpr std::string_view kReserved[] = {
      "connection",     "content-length",   "date",
      "keep-alive",     "server",           "transfer-encoding",
      "x-amz-apigw-id", "x-amzn-errortype", "x-amzn-requestid"};
  return std::find(std::begin(kReserved), std::end(kReserved), lower) != std::end(kReserved);
}

}  // namespace

Result<PreparedAnswer> PreparedAnswer::prepare(const model::Answer& from) {
  PreparedAnswer answer;
  const int kinds = static_cast<int>(!from.body.empty()) +
                    static_cast<int>(from.body_bytes.has_value()) +
                    static_cast<int>(from.echo_request);
  if (kinds > 1) return Error{"an integration has one of body, bodyBytes and echoRequest"};
  answer.status_ = from.status_code;
  if (answer.status_ < 200 || answer.status_ > 599) {
    return Error{"status code " + std::to_string(answer.status_) + " is not within 200-599"};
  }
  const bool bodiless = answer.status_ == 204 || answer.status_ == 304;
  if (bodiless && kinds > 0) {
    return Error{"an answer with status " + std::to_string(answer.status_) + " has no body"};
  }
  if (from.echo_request) answer.kind_ = Kind::echo;
  if (from.body_bytes) {
    answer.kind_ = Kind::generated;
    answer.body_bytes_ = *from.body_bytes;
    answer.content_type_ = "application/octet-stream";
  } else {
    answer.body_ = from.body;
    answer.body_bytes_ = from.body.size();
    answer.content_type_ = "application/json";  // API Gateway's default
  }
  if (auto taken = answer.take_headers(from); !taken) return Error{taken.error()};
  return answer;
}

Result<void> PreparedAnswer::take_headers(const model::Answer& from) {
  for (const auto& [name, value] : from.headers) {
    if (!model::rules::kHeaderName.matches(name)) {
      return Error{"\"" + name + "\" is not a header name"};
    }
    if (!model::rules::kHeaderValue.matches(value)) {
      return Error{"header " + name + " has a control character"};
    }
    const std::string lower = lower_case(name);
    if (is_reserved(lower)) return Error{"header " + name + " is written by API Gateway itself"};
    if (lower == "content-type")
      content_type_ = value;
    else
      headers_.emplace_back(name, value);
  }
  return {};
}

void PreparedAnswer::add_headers(http::Response& response) const {
  for (const auto& [name, value] : headers_) {
    // Copies: the answer may be replaced by a new model while the response is still being written.
    response.headers.add(response.arena.copy(name), response.arena.copy(value));
  }
}

}  // namespace hoplab::aws
