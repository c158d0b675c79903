// The gate of an API that looks at parameters and bodies (apigateway-features.md 5).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

ExecuteApi::Visit::Step ExecuteApi::Visit::request_validation() {
  return std::nullopt;
}

}  // namespace hoplab::aws
