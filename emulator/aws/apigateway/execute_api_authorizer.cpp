// The gate of an API at which a function or a user pool says who may pass (apigateway-features.md
// 2).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

ExecuteApi::Visit::Step ExecuteApi::Visit::authorizer() {
  return std::nullopt;
}

}  // namespace hoplab::aws
