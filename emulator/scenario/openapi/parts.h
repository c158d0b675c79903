// What a RestApi is made of, a function for each subject of the document.
#pragma once

#include "scenario/openapi/document.h"

namespace hoplab::scenario::openapi {

/// Resources: methods by path and HTTP method (operations.cpp).
Node resources_of(Document& document, const Node& paths);

/// A method's Integration, of its x-amazon-apigateway-integration (integrations.cpp).
Node integration_of(Document& document, const Node& integration);

/// Authorizers by name; nothing: there are none (security.cpp).
std::optional<Node> authorizers_of(Document& document);
/// AuthorizationType, AuthorizerId, AuthorizationScopes, ApiKeyRequired.
void add_authorization(Document& document, const Node& operation, Node& method);

/// Models by name, those of bodies without names among them; nothing: there are none (models.cpp).
std::optional<Node> models_of(Document& document);
/// RequestParameters and RequestModels. `path_item` may have parameters, too.
void add_request(Document& document, const Node& path_item, const Node& operation, Node& method);
/// MethodResponses, of which an answer depends on nothing (models.cpp).
void add_responses(Document& document, const Node& operation, Node& method);
/// The name of the model of a body's schema.
std::optional<std::string> model_name(Document& document, const Node& schema);

/// What concerns the whole API: Policy, EndpointConfiguration, RequestValidators and so on
/// (settings.cpp).
void add_settings(Document& document, Node& api);

}  // namespace hoplab::scenario::openapi
