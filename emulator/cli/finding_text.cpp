#include "cli/finding_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/joined.h"
#include "cli/terminal.h"

namespace hoplab::cli {

using diagnose::Finding;
using nlohmann::ordered_json;

std::string finding_title(const Finding& cause) {
  return cause.known_case ? cause.known_case->title : cause.code->code + ": " + cause.code->cause;
}

std::string finding_report(std::size_t number, const Finding& cause) {
  const auto line = [](const char* what, const std::string& text) {
    return text.empty() ? std::string() : std::string("   ") + what + text + "\n";
  };
  std::string text = paint(Colour::bold, std::to_string(number) + ". " + finding_title(cause)) +
                     "\n" +
                     line("how sure:   ",
                          std::string(diagnose::how_sure(cause.likelihood)) + ": " + cause.because);
  if (!cause.known_case) return text + line("where:      ", cause.code->hop);
  const scenario::Case& known = *cause.known_case->reset_case;
  const std::string file = shell_quoted(cause.known_case->file);
  return text + line("where:      ", known.hop) + line("cause:      ", known.cause) +
         line("tell apart: ", known.tell_apart) +
         line("look at:    ", joined(known.metrics, "; ")) + line("fix:        ", known.fix) +
         line("see it:     ", "hoplab test " + file) + line("try it:     ", "hoplab up " + file);
}

namespace {

ordered_json finding_object(const Finding& cause) {
  ordered_json object = {{"title", finding_title(cause)},
                         {"likelihood", cause.likelihood},
                         {"howSure", diagnose::how_sure(cause.likelihood)},
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
      causes, [](const Finding& cause) { return cause.likelihood < diagnose::kLeastLikelihood; });
  return std::min(most, static_cast<std::size_t>(first_unlikely - causes.begin()));
}

}  // namespace hoplab::cli
