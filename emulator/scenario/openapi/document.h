// An OpenAPI document while a RestApi is made of it: OpenAPI 3.0 or Swagger 2.0 with the extensions
// of API Gateway (apigateway.md 17.3). The parts read it each for its own subject and give nodes of
// a scenario, whose places are still those of the document.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/rest_api.h"
#include "scenario/format/reader_table.h"

namespace hoplab::scenario::openapi {

inline constexpr std::string_view kJsonMediaType = "application/json";

/// What an API gives its document to be bound to. The nodes outlive it.
struct Surroundings {
  std::string rest_api_id;
  const Node* services = nullptr;        // its member: services by the hosts of uris; may be null
  std::vector<model::Texts> stages{{}};  // variables of each stage and canary
  std::vector<std::string> service_names;
  std::vector<std::pair<std::string, std::string>> vpc_endpoints;  // ids and names
  /// False: what it leads to keeps the document's ids and ARNs, which others bind.
  bool binds = true;
  /// All is to be there that AWS shows of an API, whether it has an effect or not.
  bool keeps_all = false;
};

struct Document {
  const Node& root;
  const Surroundings& around;
  ReadContext& context;
  bool swagger = false;               // Swagger 2.0, else OpenAPI 3.0
  std::set<std::string> bound{};      // members of around.services that a uri has
  std::vector<Node> inline_models{};  // of bodies whose schemas have no names

  void report(const Node& node, std::string what, std::string rule, std::string meant = {}) {
    context.report(node, std::move(what), std::move(rule), std::move(meant));
  }
  /// The place that a $ref means. Parsers of Swagger take the name of a definition for it, too.
  [[nodiscard]] std::string place_of(const Node& reference) const;
  /// `node`, or what its $ref names; nothing and a diagnostic: there is no such place.
  const Node* resolve(const Node& node);
  /// The member of that name, resolved, if it is of that kind; a diagnostic if of another.
  const Node* member(const Node& of, std::string_view name, Node::Kind kind);
  /// The place of objects that are shared: "schemas", "parameters", "securitySchemes".
  const Node* shared(std::string_view of_openapi, std::string_view of_swagger);
  /// Reports members that are neither of `known` nor of somebody else's extensions.
  void check_members(const Node& node, const std::vector<std::string_view>& known);
  /// What the text of `node` is in the stages, with the values of ${stageVariables.x}: each but
  /// once. Nothing and a diagnostic: no stage has such a variable.
  std::vector<std::string> in_stages(const Node& node);
};

/// In capitals, as CloudFormation has them: "http_proxy", "HTTP_PROXY".
Node in_capitals(const Node& from, std::string_view key);
std::string in_capitals(std::string text);

/// { "from": "To" }: the members of `from` by their names in CloudFormation.
struct MemberName {
  std::string_view openapi, cloudformation;
};
Node with_names(Document& document, const Node& from, std::string_view key,
                const std::vector<MemberName>& names);

}  // namespace hoplab::scenario::openapi
