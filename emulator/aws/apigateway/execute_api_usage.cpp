// The gates of an API that count: keys, quotas, throttles (apigateway-features.md 4).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

ExecuteApi::Visit::Step ExecuteApi::Visit::api_key() {
  return std::nullopt;
}

ExecuteApi::Visit::Step ExecuteApi::Visit::stage_throttle() {
  return std::nullopt;
}

}  // namespace hoplab::aws
