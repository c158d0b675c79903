#include "awsapi/apigateway/patch.h"

#include <algorithm>
#include <span>

#include "awsapi/scalar.h"
#include "awsapi/select.h"
#include "base/ascii.h"

namespace hoplab::awsapi::apigateway {

namespace {

using Segments = std::span<const std::string>;

const Member* member_called(Members shape, const std::string& segment) {
  for (const Member& one : shape) {
    std::string name(one.out.empty() ? one.name : one.out);
    name[0] = lower_case(name[0]);
    if (name == segment) return &one;
  }
  return nullptr;
}

class Patcher {
 public:
  explicit Patcher(const Json& operation)
      : operation_(operation),
        removes_(text_of(operation, "Op") == "remove"),
        value_(text_of(operation, "Value")) {}

  Refusal structure(Json& in, Members shape, Segments path) const {
    const Member* const member = path.empty() ? nullptr : member_called(shape, path.front());
    if (!member) return invalid_path(operation_);
    const std::string name(member->name);
    path = path.subspan(1);
    if (path.empty() && removes_ && value_.empty()) return in.erase(name), std::nullopt;
    switch (member->kind) {
      case Kind::structure: {
        Json inside = in.value(name, Json::object());
        if (auto refused = structure(inside, member->members, path)) return refused;
        in[name] = std::move(inside);
        return std::nullopt;
      }
      case Kind::map: return entry(in, *member, path);
      case Kind::list: return item(in, *member, path);
      default: return path.empty() ? scalar(in, name, member->kind) : invalid_path(operation_);
    }
  }

 private:
  /// An empty text is as good as none.
  Refusal scalar(Json& in, const std::string& name, Kind kind) const {
    if (removes_ || (kind == Kind::text && value_.empty())) return in.erase(name), std::nullopt;
    auto read = scalar_from_text(value_, kind);
    if (!read) {
      return ApiError{"BadRequestException", "Invalid value '" + value_ + "' for the path '" +
                                                 text_of(operation_, "Path") + "': it is not a " +
                                                 std::string(word(kind))};
    }
    in[name] = std::move(*read);
    return std::nullopt;
  }

  Refusal entry(Json& in, const Member& member, Segments path) const {
    if (path.empty()) return invalid_path(operation_);
    const std::string name(member.name), key = unescaped(path.front());
    Json all = in.value(name, Json::object());
    if (member.item == Kind::structure && path.size() > 1) {
      Json inside = all.value(key, Json::object());
      if (auto refused = structure(inside, member.members, path.subspan(1))) return refused;
      all[key] = std::move(inside);
    } else if (path.size() > 1 || (member.item == Kind::structure && !removes_)) {
      return invalid_path(operation_);
    } else if (removes_) {
      all.erase(key);
    } else if (member.item == Kind::text) {
      all[key] = value_;  // a template may be empty
    } else if (auto refused = scalar(all, key, member.item)) {
      return refused;
    }
    in[name] = std::move(all);
    return std::nullopt;
  }

  /// "add /binaryMediaTypes/image~1png", or "add /vpcEndpointIds" with the value; "replace
  /// /types/EDGE" with another one, or with the item's number.
  Refusal item(Json& in, const Member& member, Segments path) const {
    if (member.item != Kind::text || path.size() > 1) return invalid_path(operation_);
    const std::string name(member.name);
    const std::string here = path.empty() ? value_ : unescaped(path.front());
    auto all = in.value(name, std::vector<std::string>());
    if (text_of(operation_, "Op") == "replace") {
      if (path.empty()) all.clear();
      auto at = std::ranges::find(all, here);
      const auto number = integer_from_text(here);
      if (at == all.end() && number && *number >= 0 &&
          *number < static_cast<std::int64_t>(all.size())) {
        at = all.begin() + *number;
      }
      if (at == all.end()) at = all.insert(at, value_);
      *at = value_;
    } else {
      std::erase(all, here);
      if (!removes_) all.push_back(here);
    }
    in[name] = std::move(all);
    if (in[name].empty()) in.erase(name);
    return std::nullopt;
  }

  const Json& operation_;
  bool removes_;
  std::string value_;
};

/// "copy", by which a canary is promoted: from one member to another one of the same kind.
Refusal copied(Json& value, Members shape, const Json& operation) {
  const auto to = path_segments(text_of(operation, "Path"));
  const Member* const target = to.size() == 1 ? member_called(shape, to.front()) : nullptr;
  const Json* from = &value;
  const Member* source = nullptr;
  for (const std::string& segment : path_segments(text_of(operation, "From"))) {
    source = member_called(source ? source->members : shape, segment);
    if (!source || !from->contains(source->name)) return invalid_path(operation);
    from = &from->at(source->name);
  }
  if (!target || !source || source->kind != target->kind) return invalid_path(operation);
  value[std::string(target->name)] = Json(*from);
  return std::nullopt;
}

bool is_fixed(std::string_view fixed, const Member* member) {
  if (!member) return false;
  const std::string all = "|" + std::string(fixed) + "|";
  return all.find("|" + std::string(member->name) + "|") != std::string::npos;
}

}  // namespace

std::vector<std::string> path_segments(std::string_view path) {
  path.remove_prefix(path.starts_with('/') ? 1 : 0);
  std::vector<std::string> all;
  while (!path.empty()) {
    all.emplace_back(path.substr(0, path.find('/')));
    path.remove_prefix(std::min(all.back().size() + 1, path.size()));
  }
  return all;
}

std::string unescaped(std::string_view segment) {
  std::string text;
  for (std::size_t i = 0; i < segment.size(); ++i) {
    const std::string_view two = segment.substr(i, 2);
    const bool escaped = two == "~1" || two == "~0";
    text += two == "~1" ? '/' : segment[i];
    if (escaped) ++i;
  }
  return text;
}

ApiError invalid_path(const Json& operation) {
  return {"BadRequestException", "Invalid patch path '" + text_of(operation, "Path") +
                                     "' specified for op '" + text_of(operation, "Op") + "'"};
}

Refusal patch(Json& value, Members shape, std::string_view fixed, const Json& operations) {
  for (const Json& one : operations) {
    const std::string op = text_of(one, "Op");
    const auto segments = path_segments(text_of(one, "Path"));
    if (segments.empty() || is_fixed(fixed, member_called(shape, segments.front()))) {
      return invalid_path(one);
    }
    if (op != "add" && op != "remove" && op != "replace" && op != "copy") {
      return ApiError{"BadRequestException", "hoplab does not emulate the patch operation " + op};
    }
    auto refused =
        op == "copy" ? copied(value, shape, one) : Patcher(one).structure(value, shape, segments);
    if (refused) return refused;
  }
  return std::nullopt;
}

}  // namespace hoplab::awsapi::apigateway
