// One request of a service: read by its protocol, given to the operation, the answer written.
#pragma once

#include <string>

#include "awsapi/api.h"

namespace hoplab::awsapi {

ApiResult<ApiAnswer> dispatch(const Service& service, const Call& call, const ApiRequest& request,
                              const std::string& request_id);

}  // namespace hoplab::awsapi
