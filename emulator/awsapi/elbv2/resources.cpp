#include "awsapi/elbv2/resources.h"

#include <algorithm>

#include "base/ascii.h"

namespace hoplab::awsapi::elbv2 {

namespace {

constexpr std::size_t kLongestName = 32;

struct Words {
  std::string_view type;
  const char* code;
  const char* what;
};

constexpr Words kWords[] = {
    {kLoadBalancerType, "LoadBalancerNotFound", "load balancers"},
    {kListenerType, "ListenerNotFound", "listeners"},
    {kRuleType, "RuleNotFound", "rules"},
    {kTargetGroupType, "TargetGroupNotFound", "target groups"},
    {kTrustStoreType, "TrustStoreNotFound", "trust stores"},
};

ApiError not_found(std::string_view type, const std::string& name) {
  const auto* const words = std::ranges::find(kWords, type, &Words::type);
  return {words->code, std::string("One or more ") + words->what + " not found: '" + name + "'"};
}

bool asks_for(const std::vector<std::string>& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

}  // namespace

std::string arn_of(const Call& call, const std::string& resource) {
  return "arn:aws:elasticloadbalancing:" + call.caller.region + ":" + call.caller.account + ":" +
         resource;
}

std::string_view last_part(std::string_view arn) {
  return arn.substr(arn.rfind('/') + 1);
}

ApiResult<const Document*> find(const Call& call, std::string_view type, const std::string& arn) {
  const Document* const found = call.plane.find(arn, type);
  if (!found) return not_found(type, arn);
  return found;
}

ApiError validation_error(const std::string& message) {
  return {"ValidationError", message};
}

Refusal check_name(std::string_view what, const std::string& name) {
  const bool plain =
      std::ranges::all_of(name, [](char c) { return is_digit(c) || is_letter(c) || c == '-'; });
  const std::string begin = "The " + std::string(what) + " name '" + name + "' ";
  if (name.size() > kLongestName) {
    return validation_error(begin + "cannot be longer than '32' characters");
  }
  if (!plain) {
    return validation_error(
        begin + "can only contain characters that are alphanumeric characters and hyphens(-)");
  }
  if (name.starts_with('-') || name.ends_with('-')) {
    return validation_error(begin + "cannot begin or end with a hyphen(-)");
  }
  return std::nullopt;
}

ApiResult<std::vector<const Document*>> choose(const Call& call, std::string_view type,
                                               const Json& in, std::string_view arns) {
  const std::vector<std::string> by_arn = texts_of(in, arns), by_name = texts_of(in, "Names");
  if (!by_arn.empty() && !by_name.empty()) {
    return validation_error("Either ARNs or names may be specified, and not both");
  }
  std::vector<const Document*> chosen = call.plane.all(type, call.caller);
  for (const std::string& arn : by_arn) {
    if (!call.plane.find(arn, type)) return not_found(type, arn);
  }
  for (const std::string& name : by_name) {
    const bool there = std::ranges::any_of(
        chosen, [&](const Document* one) { return text_of(one->properties, "Name") == name; });
    if (!there) return not_found(type, name);
  }
  if (!by_arn.empty()) {
    chosen = call.plane.all(type);  // a shared trust store is somebody else's
    std::erase_if(chosen, [&](const Document* one) { return !asks_for(by_arn, one->id); });
  }
  if (!by_name.empty()) {
    std::erase_if(chosen, [&](const Document* one) {
      return !asks_for(by_name, text_of(one->properties, "Name"));
    });
  }
  return chosen;
}

Refusal take_tags(const Json& in, Document& document) {
  auto tags = tags_of(in.value("Tags", Json::array()));
  if (!tags) return tags.error();
  document.tags = std::move(*tags);
  return std::nullopt;
}

ApiResult<Json> put_and_describe(const Call& call, Document document, const char* member,
                                 Json (*describe)(const Call& call, const Document& document)) {
  const std::string id = document.id;
  const std::string type = document.type;
  if (auto refused = call.plane.put(std::move(document))) return *refused;
  return Json{{member, Json::array({describe(call, *call.plane.find(id, type))})}};
}

}  // namespace hoplab::awsapi::elbv2
