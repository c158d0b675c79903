// A request to S3, taken apart: bucket and key by path or by host, sub-resource, body without its
// transfer's wrapping (aws-api.md 4).
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "awsapi/api.h"

namespace hoplab::awsapi::s3 {

struct S3Request {
  std::string_view method;
  std::string bucket;  // empty: of no bucket
  std::string key;     // empty: of no object
  std::map<std::string, std::string> query;
  std::string body;
};

/// Errors: a body in aws-chunked that cannot be read.
ApiResult<S3Request> take_apart(const ApiRequest& request);

/// "a=b&c=d", of a query or of x-amz-tagging: the last of each name.
std::map<std::string, std::string> last_of_each(std::string_view parameters);

/// What the chunks of Content-Encoding aws-chunked hold; trailers and signatures are dropped.
ApiResult<std::string> without_chunks(std::string_view body);

}  // namespace hoplab::awsapi::s3
