#include "awsapi/apigateway/resources.h"

#include <algorithm>

#include "awsapi/apigateway/entities.h"
#include "awsapi/apigateway/patch.h"

namespace hoplab::awsapi::apigateway {

namespace {

bool is_own(const Entity& entity, std::string_view member) {
  const std::string all = "|" + std::string(entity.own) + "|";
  return all.find("|" + std::string(member) + "|") != std::string::npos;
}

bool is_callers(const Call& call, const Document& document) {
  return document.account == call.caller.account && document.region == call.caller.region;
}

}  // namespace

Json shown(const Entity& entity, const Document& document) {
  Json value = document.properties;
  value.update(document.attributes);
  value["Id"] = document.id;
  value.erase("Tags");
  if (!document.tags.empty()) value["Tags"] = document.tags;
  if (entity.show) entity.show(value);
  return value;
}

Refusal take(const Entity& entity, Json value, Document& document) {
  if (entity.keep) {
    if (auto refused = entity.keep(value)) return refused;
  }
  for (const Member& member : entity.shape) {
    const std::string name(member.name);
    if (name == "Id") continue;
    if (name == "Tags") {
      document.tags = value.value(name, Tags());
      continue;
    }
    Json& into = is_own(entity, name) ? document.attributes : document.properties;
    const auto given = value.find(name);
    if (given == value.end() || given->is_null()) {
      into.erase(name);
    } else {
      into[name] = *given;
    }
  }
  return std::nullopt;
}

ApiResult<Document> made(const Call& call, const Entity& entity, std::string id, const Json& in) {
  Document document = call.plane.made(std::move(id), entity.type, call.caller);
  if (auto refused = take(entity, in, document)) return *refused;
  return document;
}

Refusal change(const Call& call, Change change) {
  auto refused = call.plane.change(std::move(change));
  if (refused) return bad_request(refused->message);
  return std::nullopt;
}

ApiResult<Json> put_and_show(const Call& call, const Entity& entity, Document document) {
  Json answer = shown(entity, document);
  Change one;
  one.put.push_back(std::move(document));
  if (auto refused = change(call, std::move(one))) return *refused;
  return answer;
}

ApiResult<Json> patch_and_show(const Call& call, const Entity& entity, Document document,
                               const Json& in) {
  Json value = shown(entity, document);
  const Json operations = in.value("PatchOperations", Json::array());
  if (auto refused = patch(value, entity.shape, std::string(entity.own) + "|Id|Tags", operations)) {
    return *refused;
  }
  if (auto refused = take(entity, std::move(value), document)) return *refused;
  return put_and_show(call, entity, std::move(document));
}

ApiResult<Json> removed(const Call& call, const std::string& id) {
  Change one;
  one.remove.push_back(id);
  if (auto refused = change(call, std::move(one))) return *refused;
  return Json::object();
}

std::string new_id(const Call& call, const std::string& name, int digits) {
  std::string id;
  do {
    id = call.plane.new_id(call.caller.account + call.caller.region + name, digits);
  } while (call.plane.documents().contains(id));
  return id;
}

ApiError bad_request(const std::string& message) {
  return {"BadRequestException", message};
}

ApiError not_found(const char* noun) {
  return {"NotFoundException", "Invalid " + std::string(noun) + " identifier specified", 404};
}

ApiError conflict(const std::string& message) {
  return {"ConflictException", message, 409};
}

ApiResult<const Document*> find(const Call& call, const Entity& entity, const std::string& id) {
  const Document* const found = call.plane.find(id, entity.type);
  if (found && is_callers(call, *found)) return found;
  ApiError error = not_found(entity.noun);
  if (entity.type == kRestApiType) error.message += " " + call.caller.account + ":" + id;
  return error;
}

std::vector<const Document*> of_api(const Call& call, std::string_view type,
                                    const std::string& rest_api) {
  auto all = call.plane.all(type, call.caller);
  std::erase_if(
      all, [&](const Document* one) { return text_of(one->properties, "RestApiId") != rest_api; });
  return all;
}

ApiResult<const Document*> find_of_api(const Call& call, const Entity& entity, const Json& in,
                                       std::string_view key, const std::string& value) {
  const auto api = find(call, kRestApis, in["RestApiId"]);
  if (!api) return api.error();
  for (const Document* one : of_api(call, entity.type, (*api)->id)) {
    if ((key.empty() ? one->id : text_of(one->properties, key)) == value) return one;
  }
  return not_found(entity.noun);
}

ApiResult<Json> listed(const Entity& entity, const Json& in,
                       const std::vector<const Document*>& documents) {
  std::vector<Json> items;
  for (const Document* one : documents) items.push_back(shown(entity, *one));
  return paged_by_position(in, std::move(items));
}

void show_as_text(Json& value, const char* member) {
  const auto found = value.find(member);
  if (found != value.end() && !found->is_string()) *found = found->dump();
}

Refusal keep_as_json(Json& value, const char* member) {
  const auto found = value.find(member);
  if (found == value.end() || !found->is_string()) return std::nullopt;
  Json read = Json::parse(found->get_ref<const std::string&>(), nullptr, false);
  if (!read.is_object()) {
    return bad_request("The member " + std::string(member) + " is no JSON object in a text");
  }
  *found = std::move(read);
  return std::nullopt;
}

}  // namespace hoplab::awsapi::apigateway
