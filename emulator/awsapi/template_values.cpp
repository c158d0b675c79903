#include "awsapi/template_values.h"

#include "awsapi/scalar.h"

namespace hoplab::awsapi {

namespace {

ApiError unfit(const std::string& path, Kind kind) {
  return {"ValidationError",
          "Properties validation failed: " + path + " is not a " + std::string(word(kind))};
}

ApiResult<Json> bound_members(const Json& value, Members members, const std::string& path) {
  if (!value.is_object()) return unfit(path, Kind::structure);
  Json made = Json::object();
  for (const auto& [name, item] : value.items()) {
    const Member* const member = find_member(members, name);
    const std::string here = path + "/" + name;
    if (!member) {
      return ApiError{"ValidationError", "hoplab does not emulate the property " + here};
    }
    auto one = bound(item, *member, here);
    if (!one) return one.error();
    made[name] = std::move(*one);
  }
  return made;
}

/// A list of one value may stand as the value itself.
ApiResult<Json> bound_items(const Json& value, const Member& member, const std::string& path) {
  const Json list = value.is_array() ? value : Json::array({value});
  Json made = Json::array();
  for (const Json& item : list) {
    auto one = bound(item, item_of(member), path + "/" + std::to_string(made.size()));
    if (!one) return one.error();
    made.push_back(std::move(*one));
  }
  return made;
}

std::string text_of_scalar(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

}  // namespace

Json json_of(const scenario::Node& node) {
  return Json::parse(scenario::to_json(node), nullptr, false);
}

scenario::Node node_of(const Json& json) {
  std::vector<scenario::Diagnostic> none;
  const std::string text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  return scenario::parse_document(text, "", none).value_or(scenario::Node());
}

ApiResult<Json> bound(const Json& value, const Member& member, const std::string& path) {
  switch (member.kind) {
    case Kind::any: return Json(value);
    case Kind::structure: return bound_members(value, member.members, path);
    case Kind::list: return bound_items(value, member, path);
    case Kind::map: {
      Json made = Json::object();
      if (!value.is_object()) return unfit(path, member.kind);
      for (const auto& [key, item] : value.items()) {
        auto one = bound(item, item_of(member), path + "/" + key);
        if (!one) return one.error();
        made[key] = std::move(*one);
      }
      return made;
    }
    default: break;
  }
  if (value.is_structured() || value.is_null()) {
    // A document, such as a policy, is a text of its own to the API.
    if (member.kind == Kind::text && value.is_object()) return Json(value.dump());
    return unfit(path, member.kind);
  }
  auto scalar = scalar_from_text(text_of_scalar(value), member.kind);
  if (!scalar) return unfit(path, member.kind);
  return std::move(*scalar);
}

ApiResult<Json> run(const Service& service, std::string_view operation, const Call& call,
                    const Json& in) {
  const Operation* const found = find_operation(service, operation);
  if (!found) return not_emulated(service, std::string(operation));
  Member all;
  all.kind = Kind::structure;
  all.members = found->in;
  auto members = bound(in, all, "");
  if (!members) return members.error();
  if (auto refused = check(service, *members, found->in)) return *refused;
  return found->operate(call, *members);
}

const Member* find_member(Members members, std::string_view name) {
  for (const Member& one : members) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

bool is_among(std::string_view word, std::string_view words) {
  while (!words.empty()) {
    const std::string_view one = words.substr(0, words.find('|'));
    if (one == word || one == "*") return true;
    words.remove_prefix(std::min(one.size() + 1, words.size()));
  }
  return false;
}

}  // namespace hoplab::awsapi
