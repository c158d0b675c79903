// What custom resources of the CDK do to buckets: BucketDeployment copies what is in its zips,
// autoDeleteObjects empties one before it goes.
#pragma once

#include "awsapi/control_plane.h"

namespace hoplab::awsapi::cloudformation {

/// Copies the files of the archives that `properties` name into the bucket that they name.
Refusal deploy_to_bucket(const Call& call, const Json& properties);

void empty_bucket(const Call& call, const Json& properties);

}  // namespace hoplab::awsapi::cloudformation
