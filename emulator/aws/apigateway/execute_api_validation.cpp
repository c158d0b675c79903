// The gate of an API that looks at parameters and bodies (apigateway-features.md 5).
#include "aws/apigateway/execute_api.h"

namespace hoplab::aws {

ExecuteApi::Visit::Step ExecuteApi::Visit::request_validation() {
  if (auto end = decompress_body()) return end;
  if (!reached_->validation) return std::nullopt;
  const std::string_view* const type = request_.headers.find("Content-Type");
  const auto problem =
      reached_->validation->check([this](const RequestParameter& one) { return parameter(one); },
                                  type ? std::optional(*type) : std::nullopt, body());
  switch (problem.kind) {
    case RequestProblem::Kind::none: break;
    case RequestProblem::Kind::missing_parameters: {
      detail_ = problem.missing;
      const std::string text = missing_parameters_body(problem.missing);
      return fail({GatewayResponseType::bad_request_parameters, text}, kBadRequestType,
                  Outcome::bad_request_parameters);
    }
    case RequestProblem::Kind::invalid_body: {
      detail_ = problem.validation_error;
      GatewayFailure failure(GatewayResponseType::bad_request_body, GatewayError::bad_request_body);
      failure.validation_error = problem.validation_error;
      return fail(failure, kBadRequestType, Outcome::bad_request_body);
    }
  }
  return std::nullopt;
}

}  // namespace hoplab::aws
