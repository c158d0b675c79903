// APIs of OpenAPI documents: what a document says is made by the operations that would make it one
// by one, all of it or nothing.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-import-api.html
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/services.h"
#include "awsapi/template_values.h"
#include "scenario/openapi/rest_api.h"

namespace hoplab::awsapi::apigateway {

namespace {

using scenario::openapi::kLargestDocument;

/// A document as CloudFormation would say its API.
struct Definition {
  Json api;  // members of a RestApi of a scenario, unbound
  std::string title, description, version;
};

std::string text_at(const scenario::Node& of, std::string_view name) {
  const scenario::Node* const member = of.find(name);
  return member && member->kind == scenario::Node::Kind::text ? member->text : std::string();
}

ApiError unreadable(const std::vector<scenario::Diagnostic>& diagnostics) {
  return bad_request("Errors found during import:\n" + scenario::problems_of(diagnostics));
}

ApiResult<Definition> definition_of_text(const std::string& text, const std::string& api) {
  if (text.size() > kLargestDocument) {
    return bad_request("The API definition is larger than " + std::to_string(kLargestDocument) +
                       " bytes");
  }
  std::vector<scenario::Diagnostic> diagnostics;
  const auto root = scenario::openapi::parse_text(text, "", diagnostics);
  if (!root) return unreadable(diagnostics);
  scenario::openapi::Surroundings around;
  around.rest_api_id = api;
  around.binds = false;
  around.keeps_all = true;
  scenario::ReadContext context("", diagnostics);
  const auto made = scenario::openapi::rest_api_of(*root, around, context);
  if (!made || !diagnostics.empty()) return unreadable(diagnostics);
  Definition definition{json_of(*made), {}, {}, {}};
  if (const scenario::Node* const info = root->find("info")) {
    definition.title = text_at(*info, "title");
    definition.description = text_at(*info, "description");
    definition.version = text_at(*info, "version");
  }
  return definition;
}

/// An object's member, an empty object where it has none.
const Json& member(const Json& of, const char* name) {
  static const Json kNone = Json::object();
  const auto found = of.find(name);
  return found == of.end() ? kNone : *found;
}

/// What is imported into an API that is there.
class Import {
 public:
  Import(const Call& call, const Document& api)
      : call_(call), api_(api.id), root_(text_of(api.attributes, "RootResourceId")) {}

  Refusal run(const Json& definition) {
    for (const auto& [name, one] : member(definition, "Models").items()) {
      if (auto refused = model(name, one)) return refused;
    }
    for (const auto& [name, one] : member(definition, "RequestValidators").items()) {
      if (auto refused = part(kRequestValidators, "CreateRequestValidator", name, one)) {
        return refused;
      }
    }
    for (const auto& [name, one] : member(definition, "Authorizers").items()) {
      if (auto refused = part(kAuthorizers, "CreateAuthorizer", name, one)) return refused;
    }
    for (const auto& [type, one] : member(definition, "GatewayResponses").items()) {
      Json in = one;
      in["ResponseType"] = type;
      if (auto refused = operate("PutGatewayResponse", std::move(in))) return refused;
    }
    for (const auto& [path, methods] : member(definition, "Resources").items()) {
      if (auto refused = resource(path, methods)) return refused;
    }
    return std::nullopt;
  }

 private:
  Refusal operate(const char* operation, Json in) {
    in["RestApiId"] = api_;
    const auto done = awsapi::run(kService, operation, call_, in);
    if (done) return std::nullopt;
    return bad_request("Errors found during import:\n\t" + where_ + done.error().message);
  }

  ApiResult<const Document*> named(const Entity& entity, const std::string& name) const {
    return find_of_api(call_, entity, {{"RestApiId", api_}}, "Name", name);
  }

  /// The one that is there by that name gives way.
  void remove_named(const Entity& entity, const std::string& name) {
    if (const auto there = named(entity, name)) (void)removed(call_, (*there)->id);
  }

  Refusal model(const std::string& name, Json in) {
    remove_named(kModels, name);
    in["Name"] = name;
    in["ContentType"] = "application/json";
    return operate("CreateModel", std::move(in));
  }

  Refusal part(const Entity& entity, const char* operation, const std::string& name, Json in) {
    remove_named(entity, name);
    in["Name"] = name;
    return operate(operation, std::move(in));
  }

  /// Methods name parts of the API, which have ids of their own.
  void name_by_id(const Entity& entity, const char* key, Json& method) const {
    const std::string name = text_of(method, key);
    if (name.empty()) return;  // a validator may have no name either
    if (const auto there = named(entity, name)) method[key] = (*there)->id;
  }

  const Document* below(const std::string& parent, const std::string& part) const {
    for (const Document* one : of_api(call_, kResourceType, api_)) {
      if (text_of(one->properties, "ParentId") == parent &&
          text_of(one->properties, "PathPart") == part) {
        return one;
      }
    }
    return nullptr;
  }

  Refusal resource(const std::string& path, const Json& methods) {
    where_ = "Unable to create resource at path '" + path + "': ";
    std::string id = root_;
    for (std::size_t at = 1; at < path.size();) {
      const std::size_t end = std::min(path.find('/', at), path.size());
      const std::string part = path.substr(at, end - at);
      at = end + 1;
      if (!below(id, part)) {
        if (auto refused = operate("CreateResource", {{"ParentId", id}, {"PathPart", part}})) {
          return refused;
        }
      }
      id = below(id, part)->id;
    }
    for (const auto& [verb, one] : methods.items()) {
      if (auto refused = method(path, {{"ResourceId", id}, {"HttpMethod", verb}}, one)) {
        return refused;
      }
    }
    return std::nullopt;
  }

  Refusal put(const char* what, const std::string& path, const Json& place, const char* operation,
              Json in) {
    where_ = "Unable to put " + std::string(what) + " on '" + text_of(place, "HttpMethod") +
             "' for resource at path '" + path + "': ";
    in.update(place);
    return operate(operation, std::move(in));
  }

  Refusal method(const std::string& path, const Json& place, Json method) {
    Json of_api = place;
    of_api["RestApiId"] = api_;
    if (get_method(call_, of_api)) {
      if (const auto gone = delete_method(call_, of_api); !gone) return gone.error();
    }
    const Json responses = method.value("MethodResponses", Json::array());
    Json integration = member(method, "Integration");
    method.erase("MethodResponses");
    method.erase("Integration");
    method["AuthorizationType"] = method.value("AuthorizationType", Json("NONE"));
    name_by_id(kAuthorizers, "AuthorizerId", method);
    name_by_id(kRequestValidators, "RequestValidatorId", method);
    if (auto refused = put("method", path, place, "PutMethod", std::move(method))) return refused;
    for (const Json& one : responses) {
      if (auto refused = put("method response", path, place, "PutMethodResponse", one)) {
        return refused;
      }
    }
    if (integration.empty()) return std::nullopt;
    const Json answers = integration.value("IntegrationResponses", Json::array());
    integration.erase("IntegrationResponses");
    if (auto refused = put("integration", path, place, "PutIntegration", std::move(integration))) {
      return refused;
    }
    for (const Json& one : answers) {
      if (auto refused = put("integration response", path, place, "PutIntegrationResponse", one)) {
        return refused;
      }
    }
    return std::nullopt;
  }

  const Call& call_;
  std::string api_, root_;
  std::string where_;  // what is being made, for messages
};

/// What the document says of the API itself.
Json settings_of(const Definition& definition) {
  Json settings = Json::object();
  for (const char* const name : {"Policy", "BinaryMediaTypes", "MinimumCompressionSize",
                                 "ApiKeySourceType", "SecurityPolicy", "EndpointAccessMode",
                                 "EndpointConfiguration", "DisableExecuteApiEndpoint"}) {
    if (definition.api.contains(name)) settings[name] = definition.api[name];
  }
  for (const auto& [name, text] : {std::pair{"Name", definition.title},
                                   {"Description", definition.description},
                                   {"Version", definition.version}}) {
    if (!text.empty()) settings[name] = text;
  }
  return settings;
}

/// endpointConfigurationTypes=PRIVATE and the like.
Refusal take_parameters(const Json& parameters, Json& settings) {
  for (const auto& [name, value] : parameters.items()) {
    const std::string text = value;
    if (name == "endpointConfigurationTypes") {
      settings["EndpointConfiguration"]["Types"] = Json::array({text});
    } else if (name == "endpointConfigurationVpcEndpointIds") {
      settings["EndpointConfiguration"]["VpcEndpointIds"] = Json::array({text});
    } else if (name == "disableExecuteApiEndpoint") {
      settings["DisableExecuteApiEndpoint"] = text == "true";
    } else if (name == "basepath" || name == "basePath") {
      if (text != "ignore") {
        return bad_request("hoplab imports with basepath=ignore alone, not with " + text);
      }
    } else if (name != "ignore" && name != "failonwarnings") {
      return bad_request("Invalid parameter: " + name);
    }
  }
  return std::nullopt;
}

Refusal import(const Call& call, const std::string& id, const Definition& definition) {
  const auto api = find(call, kRestApis, id);
  if (!api) return api.error();
  return Import(call, **api).run(definition.api);
}

}  // namespace

ApiResult<Json> import_rest_api(const Call& call, const Json& in) {
  std::string id;
  const auto refused = call.plane.together([&]() -> Refusal {
    // Models name their API, whose id is not known before it is there.
    auto definition = definition_of_text(in["Body"], "");
    if (!definition) return definition.error();
    Json settings = settings_of(*definition);
    if (auto wrong = take_parameters(member(in, "Parameters"), settings)) return wrong;
    if (settings["Name"].is_null()) return bad_request("The API definition has no info.title");
    const auto made = awsapi::run(kService, "CreateRestApi", call, settings);
    if (!made) return made.error();
    id = text_of(*made, "Id");
    definition = definition_of_text(in["Body"], id);
    return import(call, id, *definition);
  });
  if (refused) return *refused;
  return get_rest_api(call, {{"RestApiId", id}});
}

ApiResult<Json> put_rest_api(const Call& call, const Json& in) {
  const auto found = find(call, kRestApis, in["RestApiId"]);
  if (!found) return found.error();
  const std::string id = (*found)->id;
  const auto definition = definition_of_text(in["Body"], id);
  if (!definition) return definition.error();
  Json settings = settings_of(*definition);
  if (auto wrong = take_parameters(member(in, "Parameters"), settings)) return *wrong;
  Document api = **found;
  const bool overwrites = in.value("Mode", "merge") == "overwrite";
  if (overwrites) {
    for (const char* const name : {"Policy", "BinaryMediaTypes", "MinimumCompressionSize"}) {
      api.properties.erase(name);
    }
  }
  for (const auto& [name, value] : settings.items()) {
    (name == "Version" ? api.attributes : api.properties)[name] = value;
  }
  const auto refused = call.plane.together([&]() -> Refusal {
    Change one;
    if (overwrites) one.remove = definition_ids(call, id);
    one.put.push_back(std::move(api));
    if (auto wrong = change(call, std::move(one))) return wrong;
    return import(call, id, *definition);
  });
  if (refused) return *refused;
  return get_rest_api(call, {{"RestApiId", id}});
}

}  // namespace hoplab::awsapi::apigateway
