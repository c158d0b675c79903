#include "awsapi/json_codec.h"

#include "awsapi/scalar.h"
#include "base/ascii.h"
#include "base/base64.h"

namespace hoplab::awsapi {

namespace {

/// REST services' names begin in lower case ("restApiId").
std::string name_in_json(Protocol protocol, std::string_view own, const Member& member) {
  if (!own.empty()) return std::string(own);
  std::string name(member.name);
  if (protocol == Protocol::rest_json && !name.empty()) name[0] = lower_case(name[0]);
  return name;
}

class JsonBinder {
 public:
  explicit JsonBinder(const Service& service) : service_(service) {}

  ApiResult<Json> structure(const Json& object, Members members, const std::string& path) const {
    if (!object.is_object()) return wrong(path, Kind::structure);
    Json made = Json::object();
    for (const auto& [name, value] : object.items()) {
      if (value.is_null()) continue;
      const Member* const member = find(members, name);
      const std::string here = path.empty() ? name : path + "." + name;
      if (!member) return invalid_input(service_, "hoplab does not emulate the member " + here);
      auto bound = one(value, *member, here);
      if (!bound) return bound.error();
      made[std::string(member->name)] = std::move(*bound);
    }
    return made;
  }

 private:
  ApiError wrong(const std::string& path, Kind kind) const {
    return invalid_input(service_, (path.empty() ? "the request" : "the member " + path) +
                                       " is not a " + std::string(word(kind)));
  }

  const Member* find(Members members, std::string_view wire) const {
    for (const Member& one : members) {
      if (one.where == Where::body && name_in_json(service_.protocol, one.in, one) == wire) {
        return &one;
      }
    }
    return nullptr;
  }

  ApiResult<Json> one(const Json& value, const Member& member, const std::string& path) const {
    switch (member.kind) {
      case Kind::structure: return structure(value, member.members, path);
      case Kind::list: return items(value, member, path);
      case Kind::map: return entries(value, member, path);
      case Kind::any: return Json(value);
      case Kind::text:
        if (value.is_string()) return Json(value);
        break;
      case Kind::blob: {
        auto bytes =
            value.is_string() ? from_base64(value.get_ref<const std::string&>()) : std::nullopt;
        if (bytes) return Json(std::move(*bytes));
        break;
      }
      case Kind::integer:
        if (value.is_number_integer()) return Json(value);
        break;
      case Kind::number:
      case Kind::timestamp:
        if (value.is_number()) return Json(value);
        break;
      case Kind::boolean:
        if (value.is_boolean()) return Json(value);
        break;
    }
    return wrong(path, member.kind);
  }

  ApiResult<Json> items(const Json& value, const Member& member, const std::string& path) const {
    if (!value.is_array()) return wrong(path, Kind::list);
    Json made = Json::array();
    for (const Json& item : value) {
      auto bound = one(item, item_of(member), path + "." + std::to_string(made.size() + 1));
      if (!bound) return bound.error();
      made.push_back(std::move(*bound));
    }
    return made;
  }

  ApiResult<Json> entries(const Json& value, const Member& member, const std::string& path) const {
    if (!value.is_object()) return wrong(path, Kind::map);
    Json made = Json::object();
    for (const auto& [key, item] : value.items()) {
      auto bound = one(item, item_of(member), path + "." + key);
      if (!bound) return bound.error();
      made[key] = std::move(*bound);
    }
    return made;
  }

  const Service& service_;
};

Json written(const Service& service, const Json& value, const Member& member) {
  if (member.kind == Kind::structure) return json_members(service, value, member.members);
  if (member.kind == Kind::blob && value.is_string()) {
    return to_base64(value.get_ref<const std::string&>());
  }
  if (member.kind != Kind::list && member.kind != Kind::map) return value;
  Json made = member.kind == Kind::list ? Json::array() : Json::object();
  for (const auto& [key, item] : value.items()) {
    if (member.kind == Kind::list) {
      made.push_back(written(service, item, item_of(member)));
    } else {
      made[key] = written(service, item, item_of(member));
    }
  }
  return made;
}

}  // namespace

ApiResult<Json> read_json(const Service& service, std::string_view body, const JsonLimits& limits) {
  if (body.empty()) return Json::object();
  bool too_deep = false;
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > limits.depth;
    return !too_deep;
  };
  // The parser itself does not recurse, and what is too deep is not kept.
  Json read = Json::parse(body, shallow, false);
  if (too_deep || read.is_discarded() || !read.is_object()) {
    ApiError error =
        invalid_input(service, "the request's body is no JSON object that can be read");
    if (service.protocol == Protocol::json) error.code = "SerializationException";
    return error;
  }
  return read;
}

ApiResult<Json> bind_json(const Service& service, const Json& object, Members members) {
  return JsonBinder(service).structure(object, members, "");
}

Json json_members(const Service& service, const Json& value, Members members) {
  Json made = Json::object();
  for (const Member& member : members) {
    const auto found = value.find(member.name);
    if (member.where != Where::body || found == value.end() || found->is_null()) continue;
    made[name_in_json(service.protocol, member.out, member)] = written(service, *found, member);
  }
  return made;
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace hoplab::awsapi
