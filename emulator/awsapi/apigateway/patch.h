// Patch operations: how API Gateway's Update operations say what is to change. A path names members
// as answers have them; '/' in a segment is "~1" and '~' is "~0" (RFC 6901).
// https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "awsapi/service.h"

namespace hoplab::awsapi::apigateway {

/// Of a path without its first '/', as they are written.
std::vector<std::string> path_segments(std::string_view path);
std::string unescaped(std::string_view segment);

ApiError invalid_path(const Json& operation);

/// Does `operations` (Op, Path, Value, From) in `value`, whose members `shape` tells. `fixed`:
/// members that nobody changes, with '|' between them.
Refusal patch(Json& value, Members shape, std::string_view fixed, const Json& operations);

}  // namespace hoplab::awsapi::apigateway
