#include "diagnose/findings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace hoplab::diagnose {

using nlohmann::ordered_json;

std::string finding_title(const Finding& cause) {
  return cause.known_case ? cause.known_case->title : cause.code->code + ": " + cause.code->cause;
}

namespace {

ordered_json finding_object(const Finding& cause) {
  ordered_json object = {{"title", finding_title(cause)},
                         {"likelihood", cause.likelihood},
                         {"howSure", how_sure(cause.likelihood)},
                         {"because", cause.because}};
  if (!cause.known_case) {
    object["code"] = cause.code->code;
    object["hop"] = cause.code->hop;
    object["cause"] = cause.code->cause;
    return object;
  }
  const scenario::Case& known = *cause.known_case->reset_case;
  object["file"] = cause.known_case->file;
  object["hop"] = known.hop;
  object["cause"] = known.cause;
  object["tellApart"] = known.tell_apart;
  object["metrics"] = known.metrics;
  object["fix"] = known.fix;
  return object;
}

}  // namespace

ordered_json finding_objects(const std::vector<Finding>& findings, std::size_t named) {
  auto objects = ordered_json::array();
  for (std::size_t i = 0; i < named; ++i) objects.push_back(finding_object(findings[i]));
  return objects;
}

std::size_t worth_naming(const std::vector<Finding>& causes, std::size_t most) {
  const auto first_unlikely = std::ranges::find_if(
      causes, [](const Finding& cause) { return cause.likelihood < kLeastLikelihood; });
  return std::min(most, static_cast<std::size_t>(first_unlikely - causes.begin()));
}

}  // namespace hoplab::diagnose
