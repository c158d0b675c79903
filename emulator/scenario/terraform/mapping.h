// How the resource types of the provider hashicorp/aws become CloudFormation's: tables, a line for
// each attribute that has an effect. What no table names has none here.
//
// Attributes and types are those of provider 5.x (`terraform providers schema -json`).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "scenario/format/reader_document.h"

namespace hoplab::scenario::terraform {

/// A value in CloudFormation's form; nothing: the property is left out.
using Conversion = std::optional<Node> (*)(const Node& value);

struct Attribute {
  /// "path", or within nested blocks, of which the first counts: "health_check.path".
  std::string_view from;
  /// A property: "Port"; one within another: "MutualAuthentication/Mode"; an element of a list:
  /// "Certificates[]", "Certificates[]/CertificateArn", or the same element for all who say
  /// "Contents[0]/Key". "@X" is an attribute of the resource, as Fn::GetAtt gives it.
  std::string_view to;
  Conversion conversion = nullptr;         // null: as it is
  std::span<const Attribute> blocks = {};  // of a list of blocks: what each becomes
};

/// Attributes whose values stand in a list of {Key, Value}, by their keys.
struct KeyedAttributes {
  std::string_view property;  // "LoadBalancerAttributes"
  std::span<const Attribute> attributes;
};

struct Mapping {
  std::string_view terraform;       // "aws_lb"
  std::string_view cloudformation;  // "AWS::ElasticLoadBalancingV2::LoadBalancer"
  std::span<const Attribute> attributes;
  KeyedAttributes keyed = {};
  /// "load_balancer_type=network": those with that value; one of several, "type=a,b". Of all
  /// mappings of a type the first that fits is taken.
  std::string_view only = {};
  std::string_view id = "id";  // the attribute with what Ref gives
};

/// An attribute of the joined resource, and what of the other one has the same value: a property,
/// or, empty, what Ref gives.
struct Key {
  std::string_view attribute, property;
};

/// A resource of Terraform's that is a part of another one in CloudFormation.
struct Join {
  std::string_view terraform;  // "aws_lb_target_group_attachment"
  std::string_view parent;     // a CloudFormation type
  std::span<const Key> keys;   // which one of them
  std::string_view to;         // as in Attribute, where `attributes` make an object
  std::span<const Attribute> attributes;
};

// The groups of resource types.
std::span<const Mapping> load_balancer_mappings();
std::span<const Mapping> target_group_mappings();  // with trust stores
std::span<const Join> target_group_joins();
std::span<const Mapping> network_mappings();
std::span<const Join> network_joins();
std::span<const Mapping> api_mappings();
std::span<const Join> api_joins();
std::span<const Mapping> other_mappings();  // certificates, names, backends
std::span<const Join> other_joins();

/// Those of all groups, in the order in which they are made.
std::array<std::span<const Join>, 4> all_joins();

/// Whether an attribute in `object` is one of those that `only` has.
bool is_one_of(const Node& object, std::string_view only);
/// That of an instance with such attributes; null: there is none.
const Mapping* find_mapping(std::string_view type, const Node& attributes);

/// The value at "a.b", in the first of the blocks on the way; null: there is none, or nothing in
/// it: Terraform keeps null, "" and empty lists where nothing is set.
const Node* attribute_at(const Node& attributes, std::string_view path);

/// Sets in `properties` what the table makes of `from`. "@X" goes to `attributes`.
void map_attributes(std::span<const Attribute> table, const Node& from, Node& properties,
                    Node* attributes);

/// Likewise, in a list of {Key, Value}.
void map_keyed(const KeyedAttributes& keyed, const Node& from, Node& properties);

/// Puts a value where "to" says.
void put(Node& properties, std::string_view to, Node value);

// Conversions that several tables have.
std::optional<Node> json_text(const Node& value);  // a document in a text
std::optional<Node> first_of(const Node& value);   // the first element of a list
// Nothing, where the value says that nothing is set.
std::optional<Node> unless_zero(const Node& value);
std::optional<Node> unless_off(const Node& value);
std::optional<Node> if_true(const Node& value);

}  // namespace hoplab::scenario::terraform
