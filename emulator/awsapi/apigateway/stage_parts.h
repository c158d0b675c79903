// What operations on deployments share with those on stages.
#pragma once

#include "awsapi/apigateway/resources.h"

namespace hoplab::awsapi::apigateway {

/// Null: the API has none of that name.
const Document* stage_of(const Call& call, const std::string& rest_api, const std::string& name);

/// A stage as `given`, in the form of answers; `present`: the one whose place it takes.
ApiResult<Document> stage_document(const Call& call, const Document& api, const Document* present,
                                   Json given);

}  // namespace hoplab::awsapi::apigateway
