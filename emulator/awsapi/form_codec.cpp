#include "awsapi/form_codec.h"

#include <charconv>
#include <map>
#include <vector>

#include "awsapi/scalar.h"
#include "base/percent.h"

namespace hoplab::awsapi {

namespace {

std::vector<std::string> parts_of(std::string_view name) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t dot = name.find('.');
    parts.emplace_back(name.substr(0, dot));
    if (dot == std::string_view::npos) return parts;
    name.remove_prefix(dot + 1);
  }
}

/// False when `name` is a leaf and an inner node at once.
bool put(Json& tree, const std::vector<std::string>& name, std::string value) {
  Json* at = &tree;
  for (const std::string& part : name) {
    if (!at->is_object()) return false;
    at = &(*at)[part];
    if (at->is_null() && &part != &name.back()) *at = Json::object();
  }
  if (!at->is_null()) return false;
  *at = std::move(value);
  return true;
}

/// Names that go with a request whatever it is.
bool is_of_the_request(std::string_view name) {
  return name == "Action" || name == "Version" || name == "DryRun" || name == "AWSAccessKeyId" ||
         name == "Timestamp" || name.starts_with("Signature") || name.starts_with("X-Amz-");
}

class FormBinder {
 public:
  explicit FormBinder(const Service& service) : service_(service) {}

  ApiResult<Json> structure(const Json& tree, Members members, const std::string& path) {
    if (!tree.is_object()) return ApiError(wrong(path, "is not a structure"));
    Json made = Json::object();
    for (const auto& [name, value] : tree.items()) {
      if (path.empty() && is_of_the_request(name)) continue;
      const Member* const member = find(members, name);
      const std::string here = path.empty() ? name : path + "." + name;
      if (!member) return invalid_input(service_, "hoplab does not emulate the parameter " + here);
      auto bound = one(value, *member, here);
      if (!bound) return bound.error();
      if (!bound->is_null()) made[std::string(member->name)] = std::move(*bound);
    }
    return made;
  }

 private:
  ApiError wrong(const std::string& path, const std::string& what) const {
    return invalid_input(service_, "the parameter " + path + " " + what);
  }

  const Member* find(Members members, std::string_view wire) const {
    for (const Member& one : members) {
      if ((one.in.empty() ? one.name : one.in) == wire) return &one;
    }
    return nullptr;
  }

  /// Null: the member is as good as absent.
  ApiResult<Json> one(const Json& tree, const Member& member, const std::string& path) {
    switch (member.kind) {
      case Kind::structure: return structure(tree, member.members, path);
      case Kind::list: return items(tree, member, path);
      case Kind::map: return entries(tree, member, path);
      default: break;
    }
    if (!tree.is_string()) return wrong(path, "is not a " + std::string(word(member.kind)));
    const auto& text = tree.get_ref<const std::string&>();
    if (text.empty()) return Json();
    auto read = scalar_from_text(text, member.kind);
    if (!read) return wrong(path, "is not a " + std::string(word(member.kind)) + ": " + text);
    return std::move(*read);
  }

  ApiResult<Json> items(const Json& tree, const Member& member, const std::string& path) {
    const bool wrapped = service_.protocol == Protocol::query;
    if (tree.is_string() && tree.get_ref<const std::string&>().empty()) return Json::array();
    const auto inner = tree.is_object() && wrapped ? tree.find("member") : tree.end();
    const Json& numbered = inner != tree.end() ? *inner : tree;
    auto sorted = by_number(numbered);
    if (!sorted) return wrong(path, "is not a list, whose items are numbered");
    Json made = Json::array();
    for (const auto& [number, item] : *sorted) {
      auto bound = one(*item, item_of(member), path + "." + std::to_string(number));
      if (!bound) return bound.error();
      if (!bound->is_null()) made.push_back(std::move(*bound));
    }
    return made;
  }

  ApiResult<Json> entries(const Json& tree, const Member& member, const std::string& path) {
    const auto inner = tree.is_object() ? tree.find("entry") : tree.end();
    auto sorted = by_number(inner != tree.end() ? *inner : tree);
    if (!sorted) return wrong(path, "is not a map, whose entries are numbered");
    Json made = Json::object();
    for (const auto& [number, entry] : *sorted) {
      const std::string here = path + "." + std::to_string(number);
      if (!entry->is_object() || !entry->contains("key") || !(*entry)["key"].is_string()) {
        return wrong(here, "is no entry of a map: it has no key");
      }
      auto bound = one(entry->value("value", Json("")), item_of(member), here);
      if (!bound) return bound.error();
      made[(*entry)["key"].get<std::string>()] = bound->is_null() ? Json("") : std::move(*bound);
    }
    return made;
  }

  /// Members arrive sorted by text, 10 before 2.
  static std::optional<std::map<std::int64_t, const Json*>> by_number(const Json& tree) {
    if (!tree.is_object()) return std::nullopt;
    std::map<std::int64_t, const Json*> sorted;
    for (const auto& [name, item] : tree.items()) {
      const auto number = integer_from_text(name);
      if (!number) return std::nullopt;
      sorted.emplace(*number, &item);
    }
    return sorted;
  }

  const Service& service_;
};

}  // namespace

ApiResult<Json> read_form(const Service& service, std::string_view form, const FormLimits& limits) {
  Json tree = Json::object();
  std::size_t parameters = 0;
  while (!form.empty()) {
    const std::string_view pair = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(pair.size() + 1, form.size()));
    if (pair.empty()) continue;
    const std::string_view name = pair.substr(0, pair.find('='));
    const std::string_view value = pair.substr(std::min(name.size() + 1, pair.size()));
    const std::string decoded = form_decoded(name);
    const auto parts = parts_of(decoded);
    if (++parameters > limits.parameters || parts.size() > limits.depth) {
      return invalid_input(service, "the request has too many parameters");
    }
    if (!put(tree, parts, form_decoded(value))) {
      return invalid_input(service, "the parameter " + decoded + " is given more than once");
    }
  }
  return tree;
}

ApiResult<Json> bind_form(const Service& service, const Json& tree, Members members) {
  return FormBinder(service).structure(tree, members, "");
}

}  // namespace hoplab::awsapi
