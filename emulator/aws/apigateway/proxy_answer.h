// What the function of an AWS_PROXY integration returns, as the answer that its client gets
// (apigateway-features.md 1.3, apigateway.md 8.4 and 10.3).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace hoplab::aws {

/// Its texts are its own.
struct ProxyAnswer {
  int status = 200;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers;  // without Content-Type
  std::string body;
  bool is_base64_encoded = false;  // so it says; whether it is decoded is for the API to say
};

/// Fills `answer`. What is returned is why `json` is a "Malformed Lambda proxy response"; nothing:
/// it is none.
std::optional<std::string> read_proxy_answer(std::string_view json, ProxyAnswer& answer);

}  // namespace hoplab::aws
