// What the changes of a REST API do to it: deployments, stages and methods (apigateway.md 7).
// Errors are those of `changed`.
#pragma once

#include "base/result.h"
#include "model/change.h"

namespace hoplab::model {

Result<void> change_rest_api(RestApi& api, const CreateDeployment& change);
/// Refused while a stage or a canary serves it.
Result<void> change_rest_api(RestApi& api, const DeleteDeployment& change);
Result<void> change_rest_api(RestApi& api, const PutStage& change);
/// Refused for the last one.
Result<void> change_rest_api(RestApi& api, const DeleteStage& change);
Result<void> change_rest_api(RestApi& api, const PutMethod& change);
Result<void> change_rest_api(RestApi& api, const DeleteMethod& change);

}  // namespace hoplab::model
