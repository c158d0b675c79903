// What an API leaves to its server to do for a request: it decides only.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "aws/apigateway/http_exchange.h"
#include "base/clock.h"

namespace hoplab::aws {

/// What a method's function is asked, or its authorizer.
struct FunctionCall {
  std::string_view function;  // its name in the topology, as the ExecuteApi has it
  std::string event;
  Duration timeout{};    // emulated; until then the client waits, for a head of what streams
  bool streams = false;  // its answer passes as it comes
};

/// What its backend is asked.
struct HttpCall {
  std::string_view endpoint;  // http_endpoint_key()
  std::shared_ptr<HttpExchange> exchange;
};

/// Whose keys sign the token that has come.
struct KeysCall {
  std::string url;  // of a JWKS endpoint
  std::string kid;
};

/// What has to be done before a request can go on; nothing: it can.
using Call = std::variant<std::monostate, FunctionCall, HttpCall, KeysCall>;

}  // namespace hoplab::aws
