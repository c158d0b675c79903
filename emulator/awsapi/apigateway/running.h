// What runs of all that has been made: of APIs not what is being worked on, but what their stages
// have been deployed with (apigateway.md 7).
#pragma once

#include <string>
#include <vector>

#include "awsapi/control_plane.h"

namespace hoplab::awsapi::apigateway {

/// The API's documents as they are now, which CreateDeployment keeps.
std::vector<DocumentPtr> definition_of(const ControlPlane& plane, const std::string& rest_api);

/// All documents in the order of their making. An API that no stage serves is not among them; one
/// whose stages have deployments that were kept is as the first stage's has it, and what other
/// stages and canaries serve is there as hoplab::DeployedRestApi (scenario/resources/resource.h).
std::vector<DocumentPtr> running_documents(const ControlPlane& plane);

}  // namespace hoplab::awsapi::apigateway
