// REST services whose documents are XML: Route 53. S3 reads and writes its own (s3/). aws-api.md 3.
#pragma once

#include <string>
#include <string_view>

#include "awsapi/api.h"

namespace hoplab::awsapi {

/// The members that the body's root element gives; an empty body is an empty one. Empty elements
/// are as good as none. What the table does not know is refused by its name.
ApiResult<Json> bind_xml(const Service& service, std::string_view body, Members members);

/// "OperationResponse" with the members of `value`; those of headers go there.
ApiAnswer rest_xml_answer(const Service& service, const Operation& operation, const Json& value);

}  // namespace hoplab::awsapi
