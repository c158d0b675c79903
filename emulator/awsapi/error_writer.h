// Errors as each protocol writes them (aws-api.md 3).
#pragma once

#include <string>

#include "awsapi/api.h"

namespace hoplab::awsapi {

/// `service` may be null: then it is the form of the JSON protocols.
ApiAnswer error_answer(const Service* service, const ApiError& error,
                       const std::string& request_id);

}  // namespace hoplab::awsapi
