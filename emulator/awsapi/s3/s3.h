// S3: buckets and objects in memory, as far as SDKs, Terraform and the CDK need them to bring
// bundles, revocation lists and assets. What is not here is refused by name with 501, which nobody
// sends again (aws-api.md 4).
#pragma once

#include "awsapi/api.h"
#include "awsapi/s3/s3_request.h"

namespace hoplab::awsapi::s3 {

ApiResult<ApiAnswer> answer(const Call& call, const ApiRequest& request);

// What it is made of.
ApiResult<ApiAnswer> of_buckets(const Call& call);
ApiResult<ApiAnswer> of_bucket(const Call& call, const S3Request& asked);
ApiResult<ApiAnswer> of_object(const Call& call, const S3Request& asked, const ApiRequest& request);
/// GET of a bucket: its objects (both versions of the list), or their versions.
ApiResult<ApiAnswer> list_objects(const Bucket& bucket, const S3Request& asked);

ApiAnswer xml_answer(std::string_view root, const std::string& content);
ApiAnswer empty_answer(int status);
ApiError no_such_bucket(const std::string& name);
ApiError not_emulated(const S3Request& asked);
/// "<name>text</name>".
std::string element(std::string_view name, std::string_view text);
/// "<TagSet>...": and the other way round, from a Tagging document.
std::string tagging_of(const std::map<std::string, std::string>& tags);
ApiResult<std::map<std::string, std::string>> tags_of_document(const std::string& document);

}  // namespace hoplab::awsapi::s3
