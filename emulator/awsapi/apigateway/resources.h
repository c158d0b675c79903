// What API Gateway's operations share: documents of a template's resources, as answers show them,
// and finding them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "awsapi/control_plane.h"
#include "awsapi/select.h"

namespace hoplab::awsapi::apigateway {

inline constexpr std::string_view kRestApiType = "AWS::ApiGateway::RestApi";
inline constexpr std::string_view kResourceType = "AWS::ApiGateway::Resource";
inline constexpr std::string_view kMethodType = "AWS::ApiGateway::Method";
inline constexpr std::string_view kModelType = "AWS::ApiGateway::Model";
inline constexpr std::string_view kRequestValidatorType = "AWS::ApiGateway::RequestValidator";
inline constexpr std::string_view kAuthorizerType = "AWS::ApiGateway::Authorizer";
inline constexpr std::string_view kGatewayResponseType = "AWS::ApiGateway::GatewayResponse";
inline constexpr std::string_view kDeploymentType = "AWS::ApiGateway::Deployment";
inline constexpr std::string_view kStageType = "AWS::ApiGateway::Stage";
inline constexpr std::string_view kDomainNameType = "AWS::ApiGateway::DomainName";
inline constexpr std::string_view kDomainNameV2Type = "AWS::ApiGateway::DomainNameV2";
inline constexpr std::string_view kBasePathMappingType = "AWS::ApiGateway::BasePathMapping";
inline constexpr std::string_view kBasePathMappingV2Type = "AWS::ApiGateway::BasePathMappingV2";
inline constexpr std::string_view kAccessAssociationType =
    "AWS::ApiGateway::DomainNameAccessAssociation";
inline constexpr std::string_view kApiKeyType = "AWS::ApiGateway::ApiKey";
inline constexpr std::string_view kUsagePlanType = "AWS::ApiGateway::UsagePlan";
inline constexpr std::string_view kUsagePlanKeyType = "AWS::ApiGateway::UsagePlanKey";
inline constexpr std::string_view kVpcLinkType = "AWS::ApiGateway::VpcLink";
inline constexpr std::string_view kAccountType = "AWS::ApiGateway::Account";

/// A kind of thing that is made, shown, changed and deleted.
struct Entity {
  std::string_view type;  // of its documents
  Members shape;          // of answers
  const char* noun;       // "Model": of "Invalid Model identifier specified"
  /// Members that no template has, with '|' between them: attributes, which nobody changes.
  std::string_view own;
  /// From a template's form to that of answers, and back; null: they are the same.
  void (*show)(Json& value) = nullptr;
  Refusal (*keep)(Json& value) = nullptr;
};

/// As answers show it: its Id where the shape has one, properties, attributes, tags.
Json shown(const Entity& entity, const Document& document);
/// Takes what `value`, in the form of answers, has of the shape over into the document.
Refusal take(const Entity& entity, Json value, Document& document);

/// New, of the caller's, with what `in` has of the shape.
ApiResult<Document> made(const Call& call, const Entity& entity, std::string id, const Json& in);
/// Puts it there, and answers with it.
ApiResult<Json> put_and_show(const Call& call, const Entity& entity, Document document);
/// The same with in["PatchOperations"] done.
ApiResult<Json> patch_and_show(const Call& call, const Entity& entity, Document document,
                               const Json& in);
Refusal change(const Call& call, Change change);
ApiResult<Json> removed(const Call& call, const std::string& id);

/// Lower-case letters and digits that nothing else is called by.
std::string new_id(const Call& call, const std::string& name, int digits);

ApiError bad_request(const std::string& message);
ApiError not_found(const char* noun);
ApiError conflict(const std::string& message);

/// The caller's one, by its id.
ApiResult<const Document*> find(const Call& call, const Entity& entity, const std::string& id);
/// Those that are of the API, in the order of their making.
std::vector<const Document*> of_api(const Call& call, std::string_view type,
                                    const std::string& rest_api);
/// The one of the API whose property `key` is `value`; without a `key`: of that id. NotFound also
/// where there is no such API.
ApiResult<const Document*> find_of_api(const Call& call, const Entity& entity, const Json& in,
                                       std::string_view key, const std::string& value);

/// A page of those documents by in["Position"] and in["Limit"], as Items.
ApiResult<Json> listed(const Entity& entity, const Json& in,
                       const std::vector<const Document*>& documents);

/// JSON that stands in a text where a template has it as such, and the other way round.
void show_as_text(Json& value, const char* member);
Refusal keep_as_json(Json& value, const char* member);

}  // namespace hoplab::awsapi::apigateway
