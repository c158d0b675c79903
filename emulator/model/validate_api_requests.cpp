// What an API checks of requests and says by itself: its models, request validators and gateway
// responses, and the methods that name them.
#include <algorithm>
#include <array>

#include "model/validate_parts.h"

namespace hoplab::model {
namespace {

/// Of each API, without being said.
constexpr std::array<std::string_view, 2> kOfEachApi = {"Empty", "Error"};

bool is_letter_or_digit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

void validate_models(const ApiDefinition& api, const std::string& path, Findings& findings) {
  for (const ApiModel& one : api.models) {
    const std::string here = at(at(path, "Models"), one.name);
    if (std::ranges::find(kOfEachApi, one.name) != kOfEachApi.end()) {
      findings.add(here, {}, "every API has this model already");
    }
    if (!std::ranges::all_of(one.name, is_letter_or_digit)) {
      findings.add(here, in_quotes(one.name), "a model's name has letters and digits only");
    }
  }
}

/// Types that nothing here can be of, or whose answer is always the same.
void validate_gateway_responses(const ApiDefinition& api, const std::string& path,
                                Findings& findings) {
  for (const GatewayResponse& one : api.gateway_responses) {
    const std::string here = at(at(path, "GatewayResponses"), one.type);
    if (one.type == "WAF_FILTERED") findings.add(here, {}, "there is no WAF");
    if (one.type == "REQUEST_TOO_LARGE") {
      findings.add(here, {},
                   "AWS answers it before it knows the API, so that it is always the same");
    }
  }
}

/// A name of those that the API has.
void refer_within(const std::vector<std::string_view>& names, const std::string& name,
                  const std::string& what, const std::string& path, Findings& findings) {
  if (name.empty() || std::ranges::find(names, name) != names.end()) return;
  const std::string there = names.empty() ? "" : "; there is " + one_of(names);
  findings.add(path, in_quotes(name), "the API has no " + what + " of that name" + there,
               nearest(name, names));
}

}  // namespace

void validate_requests_of_api(const ApiDefinition& api, const std::string& path,
                              Findings& findings) {
  validate_models(api, path, findings);
  validate_gateway_responses(api, path, findings);
  std::vector<std::string_view> models, validators;
  for (const ApiModel& one : api.models) models.push_back(one.name);
  models.insert(models.end(), kOfEachApi.begin(), kOfEachApi.end());
  for (const RequestValidator& one : api.request_validators) validators.push_back(one.name);
  for (const Method& method : api.methods) {
    const std::string here = at(at(at(path, "Resources"), method.path), method.http_method);
    refer_within(validators, method.request_validator, "request validator",
                 at(here, "RequestValidatorId"), findings);
    for (const auto& [media_type, name] : method.request_models) {
      refer_within(models, name, "model", at(at(here, "RequestModels"), media_type), findings);
    }
  }
}

}  // namespace hoplab::model
