#include "awsapi/service.h"

#include <algorithm>

namespace hoplab::awsapi {

const Operation* find_operation(const Service& service, std::string_view name) noexcept {
  const auto* const found = std::ranges::find(service.operations, name, &Operation::name);
  return found == service.operations.end() ? nullptr : found;
}

ApiError invalid_input(const Service& service, const std::string& message) {
  switch (service.protocol) {
    case Protocol::query: return {"ValidationError", message};
    case Protocol::ec2: return {"InvalidParameterValue", message};
    case Protocol::json: return {"ValidationException", message};
    case Protocol::cbor: return {"InvalidParameterValue", message};
    case Protocol::rest_json: return {"BadRequestException", message};
    case Protocol::rest_xml: return {"InvalidInput", message};
  }
  return {"ValidationError", message};
}

ApiError missing_input(const Service& service, std::string_view member) {
  const std::string name(member);
  if (service.protocol == Protocol::ec2) {
    return {"MissingParameter", "The request must contain the parameter " + name};
  }
  return invalid_input(service, "1 validation error detected: Value at '" + name +
                                    "' failed to satisfy constraint: Member must not be null");
}

ApiError not_emulated(const Service& service, const std::string& what) {
  const std::string message = "hoplab does not emulate " + what;
  switch (service.protocol) {
    case Protocol::query:
    case Protocol::ec2: return {"InvalidAction", message};
    case Protocol::json:
    case Protocol::cbor: return {"UnknownOperationException", message};
    case Protocol::rest_json: return {"NotFoundException", message, 404};
    case Protocol::rest_xml: return {"NotImplemented", message, 501};
  }
  return {"InvalidAction", message};
}

}  // namespace hoplab::awsapi
