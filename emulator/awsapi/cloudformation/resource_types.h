// How resources of a template are made, changed and removed: by the operations of their service,
// whose documents and errors they have so, as on AWS, where CloudFormation calls them, too.
// Types that are not here are records: the document has what the template says.
#pragma once

#include <string>
#include <string_view>

#include "awsapi/control_plane.h"
#include "awsapi/template_values.h"

namespace hoplab::awsapi::cloudformation {

/// A resource of a stack, with all its properties evaluated.
struct Wanted {
  std::string type;
  std::string stack_name, stack_id, logical_id;
  Json properties = Json::object();
  std::map<std::string, std::string> stack_tags;
};

struct Made {
  std::string physical_id;  // what Ref gives
  std::string document;     // its document's id; empty: it has none of its own
};

struct ResourceType {
  std::string_view type;
  const Service* service = nullptr;
  std::string_view create = {},
                   id = {};  // an operation, and where its answer has the id (RFC 6901)
  std::string_view remove = {}, remove_by = {};  // an operation, and its member for the id
  std::string_view modify = {},
                   modify_by = {};  // for what it takes of changed properties; may be empty
  std::string_view in_place =
      {};                      // properties whose change keeps the resource, '|' between; "*": all
  std::string_view name = {};  // the property that is its name; empty: it has none
  /// Members of `create` that properties do not say by themselves.
  void (*complete)(const Json& properties, Json& in) = nullptr;
  /// What Fn::GetAtt gives beside the document's attributes.
  void (*attributes)(const Document& document, Json& all) = nullptr;
  // In place of the operations:
  ApiResult<Made> (*make)(const Call& call, const Wanted& wanted) = nullptr;
  Refusal (*take_away)(const Call& call, const Made& made, const Json& properties) = nullptr;
};

/// Null: it is a record.
const ResourceType* find_type(std::string_view type) noexcept;

ApiResult<Made> create(const Call& call, const ResourceType& type, const Wanted& wanted);

/// Whether the difference between the properties needs another resource in its place.
bool needs_replacement(const ResourceType& type, const Json& before, const Json& after);

/// Changes a resource in place.
Refusal update(const Call& call, const ResourceType& type, const Made& made, const Json& before,
               const Wanted& after);

/// One that is gone already is no error.
Refusal remove(const Call& call, const ResourceType& type, const Made& made,
               const Json& properties);

/// What Fn::GetAtt gives.
Json attributes_of(const ResourceType& type, const Document& document);

/// "front-Alb-0A1B2C3D4E5F", as CloudFormation makes names.
std::string generated_name(const Call& call, const Wanted& wanted, std::size_t longest);

/// CloudFormation's tags, the stack's, and the resource's own.
std::map<std::string, std::string> tags_of_resource(const Wanted& wanted);

// Parts that are not made by one operation (own_types.cpp).
ApiResult<Made> make_bucket(const Call& call, const Wanted& wanted);
void set_versioning(const Call& call, const std::string& bucket, const Json& properties);
Refusal remove_bucket(const Call& call, const Made& made, const Json& properties);
ApiResult<Made> make_ingress(const Call& call, const Wanted& wanted);
ApiResult<Made> make_egress(const Call& call, const Wanted& wanted);
Refusal remove_document(const Call& call, const Made& made, const Json& properties);
ApiResult<Made> make_permissions(const Call& call, const Wanted& wanted);
ApiResult<Made> make_revocation(const Call& call, const Wanted& wanted);
Refusal remove_revocation(const Call& call, const Made& made, const Json& properties);
ApiResult<Made> make_listener_certificate(const Call& call, const Wanted& wanted);
Refusal remove_listener_certificate(const Call& call, const Made& made, const Json& properties);
ApiResult<Made> make_parameter(const Call& call, const Wanted& wanted);
Refusal remove_parameter(const Call& call, const Made& made, const Json& properties);
ApiResult<Made> make_endpoint(const Call& call, const Wanted& wanted);
Refusal remove_endpoint(const Call& call, const Made& made, const Json& properties);
/// A group's own rules, in the place of those that it has of the template.
Refusal set_group_rules(const Call& call, const Wanted& wanted, const std::string& group);

}  // namespace hoplab::awsapi::cloudformation
