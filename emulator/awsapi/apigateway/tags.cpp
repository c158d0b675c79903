// Tags, by ARNs of which those of version 1 have no account (aws-api.md 4).
#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"
#include "awsapi/apigateway/stage_parts.h"

namespace hoplab::awsapi::apigateway {

namespace {

struct Collection {
  std::string_view name;
  std::string_view type;
};
constexpr Collection kCollections[] = {{"restapis", kRestApiType},
                                       {"apikeys", kApiKeyType},
                                       {"usageplans", kUsagePlanType},
                                       {"vpclinks", kVpcLinkType},
                                       {"domainnames", kDomainNameType}};

/// Null: the ARN names nothing of the caller's.
const Document* tagged(const Call& call, const std::string& arn) {
  for (const std::string_view type : {kDomainNameV2Type, kAccessAssociationType}) {
    if (const Document* const found = call.plane.find(arn, type)) return found;
  }
  const std::size_t slash = arn.find(":/");
  if (!arn.starts_with("arn:aws:apigateway:") || slash == std::string::npos) return nullptr;
  const auto parts = path_segments(std::string_view(arn).substr(slash + 1));
  if (parts.size() == 4 && parts[0] == "restapis" && parts[2] == "stages") {
    return stage_of(call, parts[1], parts[3]);
  }
  if (parts.size() != 2) return nullptr;
  for (const Collection& one : kCollections) {
    const Document* const found =
        one.name == parts[0] ? call.plane.find(parts[1], one.type) : nullptr;
    if (found && found->account == call.caller.account) return found;
  }
  return nullptr;
}

ApiResult<Json> with_tags(const Call& call, const Json& in, void (*edit)(const Json&, Tags&)) {
  const Document* const found = tagged(call, in["ResourceArn"]);
  if (!found) return not_found("resource");
  Document document = *found;
  edit(in, document.tags);
  Change one;
  one.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

}  // namespace

ApiResult<Json> get_tags(const Call& call, const Json& in) {
  const Document* const found = tagged(call, in["ResourceArn"]);
  if (!found) return not_found("resource");
  return Json{{"Tags", found->tags}};
}

ApiResult<Json> tag_resource(const Call& call, const Json& in) {
  return with_tags(call, in, [](const Json& given, Tags& tags) {
    for (const auto& [key, value] : given["Tags"].items()) tags[key] = value.get<std::string>();
  });
}

ApiResult<Json> untag_resource(const Call& call, const Json& in) {
  return with_tags(call, in, [](const Json& given, Tags& tags) {
    for (const std::string& key : texts_of(given, "TagKeys")) tags.erase(key);
  });
}

}  // namespace hoplab::awsapi::apigateway
