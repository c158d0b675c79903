// Tags of authorities, and who else may use them: kept and answered, since nobody is kept out.
#include <algorithm>

#include "awsapi/acmpca/authority.h"
#include "awsapi/acmpca/handlers.h"

namespace hoplab::awsapi::acmpca {

namespace {

constexpr const char* kPermissions = "Permissions";
constexpr const char* kPolicyText = "Policy";

ApiResult<Json> with_tags(const Call& call, const Json& in, void (*edit)(const Json&, Tags&)) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  for (const Json& one : in["Tags"]) edit(one, document.tags);
  if (document.tags.size() > 50) {
    return ApiError{"TooManyTagsException", "A certificate authority has at most 50 tags"};
  }
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

bool is_same(const Json& permission, const Json& in) {
  return permission["Principal"] == in["Principal"] &&
         text_of(permission, "SourceAccount") == text_of(in, "SourceAccount");
}

ApiResult<const Document*> of_resource(const Call& call, const Json& in) {
  return authority_of(call, {{"CertificateAuthorityArn", in["ResourceArn"]}});
}

}  // namespace

ApiResult<Json> tag_certificate_authority(const Call& call, const Json& in) {
  return with_tags(call, in, [](const Json& tag, Tags& tags) {
    tags[text_of(tag, "Key")] = text_of(tag, "Value");
  });
}

ApiResult<Json> untag_certificate_authority(const Call& call, const Json& in) {
  return with_tags(call, in, [](const Json& tag, Tags& tags) { tags.erase(text_of(tag, "Key")); });
}

ApiResult<Json> list_tags(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  return Json{{"Tags", tag_list((*authority)->tags)}};
}

ApiResult<Json> create_permission(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  Json& all = document.attributes[kPermissions];
  for (const Json& one : all) {
    if (is_same(one, in)) {
      return ApiError{"PermissionAlreadyExistsException", "The permission exists already"};
    }
  }
  Json permission = in;
  permission["CreatedAt"] = call.now;
  all.push_back(std::move(permission));
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> delete_permission(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  Json left = Json::array();
  for (const Json& one : document.attributes.value(kPermissions, Json::array())) {
    if (!is_same(one, in)) left.push_back(one);
  }
  document.attributes[kPermissions] = std::move(left);
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> list_permissions(const Call& call, const Json& in) {
  const auto authority = authority_of(call, in);
  if (!authority) return authority.error();
  const Json all = (*authority)->attributes.value(kPermissions, Json::array());
  auto page = paged_by_token(in, kPermissions, {all.begin(), all.end()});
  if (!page) return ApiError{"InvalidNextTokenException", page.error().message};
  return page;
}

ApiResult<Json> put_policy(const Call& call, const Json& in) {
  const auto authority = of_resource(call, in);
  if (!authority) return authority.error();
  if (!Json::accept(text_of(in, kPolicyText))) {
    return ApiError{"InvalidPolicyException", "The policy is no JSON"};
  }
  Document document = **authority;
  document.attributes[kPolicyText] = in[kPolicyText];
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

ApiResult<Json> get_policy(const Call& call, const Json& in) {
  const auto authority = of_resource(call, in);
  if (!authority) return authority.error();
  const std::string policy = text_of((*authority)->attributes, kPolicyText);
  if (!policy.empty()) return Json{{kPolicyText, policy}};
  return ApiError{"ResourceNotFoundException", "The certificate authority has no policy"};
}

ApiResult<Json> delete_policy(const Call& call, const Json& in) {
  const auto authority = of_resource(call, in);
  if (!authority) return authority.error();
  Document document = **authority;
  document.attributes.erase(kPolicyText);
  if (auto refused = put(call, std::move(document))) return *refused;
  return Json::object();
}

}  // namespace hoplab::awsapi::acmpca
