// Resources of REST APIs: a tree below the root, which is there from the start and is no
// template's.
#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/handlers.h"
#include "awsapi/apigateway/patch.h"
#include "base/ascii.h"

namespace hoplab::awsapi::apigateway {

namespace {

std::string root_of(const Document& api) {
  return text_of(api.attributes, "RootResourceId");
}

bool is_variable(const std::string& part) {
  return part.starts_with('{');
}

bool is_path_part(std::string_view part) {
  if (part.starts_with('{') && part.ends_with('}') && part.size() > 2) {
    part = part.substr(1, part.size() - 2);
    if (part.ends_with('+')) part.remove_suffix(1);
  }
  return !part.empty() && std::ranges::all_of(part, [](char c) {
    return is_letter(c) || is_digit(c) || std::string_view("._-:,").find(c) != std::string::npos;
  });
}

const Document* resource_of(const Call& call, const std::string& id) {
  return call.plane.find(id, kResourceType);
}

std::string path_of(const Call& call, const Document& resource) {
  std::string path;
  for (const Document* at = &resource; at;
       at = resource_of(call, text_of(at->properties, "ParentId"))) {
    path.insert(0, "/" + text_of(at->properties, "PathPart"));
  }
  return path;
}

/// Its methods, whole where in["Embed"] asks for them.
Json methods_of(const Call& call, const Document& api, const std::string& id, const Json& in) {
  const auto embed = texts_of(in, "Embed");
  const bool whole = std::ranges::find(embed, "methods") != embed.end();
  Json all = Json::object();
  for (const Document* one : of_api(call, kMethodType, api.id)) {
    if (text_of(one->properties, "ResourceId") != id) continue;
    all[text_of(one->properties, "HttpMethod")] = whole ? shown(kMethods, *one) : Json::object();
  }
  return all;
}

Json with_methods(const Call& call, const Document& api, Json value, const Json& in) {
  Json methods = methods_of(call, api, text_of(value, "Id"), in);
  if (!methods.empty()) value["ResourceMethods"] = std::move(methods);
  return value;
}

Json shown_resource(const Call& call, const Document& api, const Document& resource,
                    const Json& in) {
  Json value = shown(kResources, resource);
  value["Path"] = path_of(call, resource);
  return with_methods(call, api, std::move(value), in);
}

Json shown_root(const Call& call, const Document& api, const Json& in) {
  return with_methods(call, api, {{"Id", root_of(api)}, {"Path", "/"}}, in);
}

/// What hinders a resource of that part below the parent (apigateway.md 7). `but`: itself.
Refusal check_place(const Call& call, const Document& api, const std::string& parent,
                    const std::string& part, const std::string& but = {}) {
  if (!is_path_part(part)) {
    return bad_request(
        "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly "
        "braces at the beginning and the end.");
  }
  const Document* const above = resource_of(call, parent);
  if (parent != root_of(api) && (!above || text_of(above->properties, "RestApiId") != api.id)) {
    return not_found(kResources.noun);
  }
  if (above && text_of(above->properties, "PathPart").ends_with("+}")) {
    return bad_request("Cannot create a child of a resource with a greedy path variable: " +
                       text_of(above->properties, "PathPart"));
  }
  for (const Document* one : of_api(call, kResourceType, api.id)) {
    if (text_of(one->properties, "ParentId") != parent || one->id == but) continue;
    const std::string other = text_of(one->properties, "PathPart");
    if (other == part) {
      return conflict("Another resource with the same parent already has this name: " + part);
    }
    if (is_variable(other) && is_variable(part)) {
      return bad_request("A sibling (" + other +
                         ") of this resource already has a variable path part -- only one is "
                         "allowed");
    }
  }
  return std::nullopt;
}

}  // namespace

ApiResult<std::string> resource_id(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const std::string id = in["ResourceId"];
  const Document* const resource = resource_of(call, id);
  const bool there = resource && text_of(resource->properties, "RestApiId") == (*api)->id;
  if (!there && id != root_of(**api)) return not_found(kResources.noun);
  return id;
}

ApiResult<Json> create_resource(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  const std::string parent = in["ParentId"], part = in["PathPart"];
  if (auto refused = check_place(call, **api, parent, part)) return *refused;
  auto document = made(call, kResources, new_id(call, (*api)->id + parent + "/" + part, 6), in);
  if (!document) return document.error();
  document->properties["RestApiId"] = (*api)->id;
  const Json answer = shown_resource(call, **api, *document, in);
  Change one;
  one.put.push_back(std::move(*document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> get_resource(const Call& call, const Json& in) {
  const auto id = resource_id(call, in);
  if (!id) return id.error();
  const Document& api = **find(call, kRestApis, in["RestApiId"]);
  const Document* const resource = resource_of(call, *id);
  return resource ? shown_resource(call, api, *resource, in) : shown_root(call, api, in);
}

ApiResult<Json> get_resources(const Call& call, const Json& in) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  std::vector<Json> items = {shown_root(call, **api, in)};
  for (const Document* one : of_api(call, kResourceType, (*api)->id)) {
    items.push_back(shown_resource(call, **api, *one, in));
  }
  return paged_by_position(in, std::move(items));
}

ApiResult<Json> update_resource(const Call& call, const Json& in) {
  const auto resource = find_of_api(call, kResources, in, "", in["ResourceId"]);
  if (!resource) return resource.error();
  const Document& api = **find(call, kRestApis, in["RestApiId"]);
  Document document = **resource;
  Json value = shown(kResources, document);
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(value, kResource, "Id|Path|ResourceMethods", operations)) {
    return *refused;
  }
  if (auto refused = check_place(call, api, text_of(value, "ParentId"), text_of(value, "PathPart"),
                                 document.id)) {
    return *refused;
  }
  if (path_of(call, document).size() > 0 && text_of(value, "ParentId") == document.id) {
    return bad_request("A resource is not below itself");
  }
  if (auto refused = take(kResources, std::move(value), document)) return *refused;
  Json answer = shown_resource(call, api, document, in);
  Change one;
  one.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> delete_resource(const Call& call, const Json& in) {
  const auto resource = find_of_api(call, kResources, in, "", in["ResourceId"]);
  if (!resource) return resource.error();
  const std::string api = in["RestApiId"];
  std::vector<std::string> gone = {(*resource)->id};
  for (std::size_t i = 0; i < gone.size(); ++i) {
    for (const Document* one : of_api(call, kResourceType, api)) {
      if (text_of(one->properties, "ParentId") == gone[i]) gone.push_back(one->id);
    }
  }
  Change one;
  for (const Document* method : of_api(call, kMethodType, api)) {
    const std::string of = text_of(method->properties, "ResourceId");
    if (std::ranges::find(gone, of) != gone.end()) one.remove.push_back(method->id);
  }
  one.remove.insert(one.remove.end(), gone.begin(), gone.end());
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

}  // namespace hoplab::awsapi::apigateway
