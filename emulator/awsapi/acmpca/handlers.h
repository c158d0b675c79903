// ACM Private CA's operations by what they are about.
#pragma once

#include "awsapi/service.h"

namespace hoplab::awsapi::acmpca {

// Authorities.
ApiResult<Json> create_certificate_authority(const Call& call, const Json& in);
ApiResult<Json> describe_certificate_authority(const Call& call, const Json& in);
ApiResult<Json> list_certificate_authorities(const Call& call, const Json& in);
ApiResult<Json> get_certificate_authority_csr(const Call& call, const Json& in);
ApiResult<Json> get_certificate_authority_certificate(const Call& call, const Json& in);
ApiResult<Json> import_certificate_authority_certificate(const Call& call, const Json& in);
ApiResult<Json> update_certificate_authority(const Call& call, const Json& in);
ApiResult<Json> delete_certificate_authority(const Call& call, const Json& in);
ApiResult<Json> restore_certificate_authority(const Call& call, const Json& in);

// Certificates.
ApiResult<Json> issue_certificate(const Call& call, const Json& in);
ApiResult<Json> get_certificate(const Call& call, const Json& in);
ApiResult<Json> revoke_certificate(const Call& call, const Json& in);

// Tags, permissions, policies.
ApiResult<Json> tag_certificate_authority(const Call& call, const Json& in);
ApiResult<Json> untag_certificate_authority(const Call& call, const Json& in);
ApiResult<Json> list_tags(const Call& call, const Json& in);
ApiResult<Json> create_permission(const Call& call, const Json& in);
ApiResult<Json> delete_permission(const Call& call, const Json& in);
ApiResult<Json> list_permissions(const Call& call, const Json& in);
ApiResult<Json> put_policy(const Call& call, const Json& in);
ApiResult<Json> get_policy(const Call& call, const Json& in);
ApiResult<Json> delete_policy(const Call& call, const Json& in);

}  // namespace hoplab::awsapi::acmpca
