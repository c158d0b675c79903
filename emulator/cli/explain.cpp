// hoplab explain: from what a client printed to what may be behind it.
#include <nlohmann/json.hpp>

#include "cli/commands.h"
#include "cli/own_scenarios.h"
#include "cli/terminal.h"
#include "model/text_rule.h"
#include "scenario/casebook/casebook.h"

namespace hoplab::cli {

namespace {

using scenario::RankedCase;

Result<scenario::Question> question_of(const ExplainOptions& options) {
  scenario::Question question;
  question.text = joined(options.text, " ");
  if (options.tls == "1.2") question.tls = scenario::TlsVersion::tls12;
  if (options.tls == "1.3") question.tls = scenario::TlsVersion::tls13;
  using Mode = model::MutualAuthenticationMode;
  if (options.mutual_tls == "off") question.mutual_tls = Mode::off;
  if (options.mutual_tls == "passthrough") question.mutual_tls = Mode::passthrough;
  if (options.mutual_tls == "verify") question.mutual_tls = Mode::verify;
  if (!options.after.empty()) {
    question.after_s = model::parse_duration_s(options.after);
    if (!question.after_s) question.after_s = model::parse_number(options.after);
    if (!question.after_s)
      return Error{"--after '" + options.after + "' is no duration such as 350s"};
  }
  return question;
}

std::string report(std::size_t number, const scenario::Scenario& one) {
  const scenario::Case& known = *one.reset_case;
  const auto line = [](const char* what, const std::string& text) {
    return text.empty() ? std::string() : std::string("   ") + what + text + "\n";
  };
  const std::string file = shell_quoted(one.file);
  return paint(Colour::bold, std::to_string(number) + ". " + one.title) + "\n" +
         line("where:      ", known.hop) + line("cause:      ", known.cause) +
         line("tell apart: ", known.tell_apart) +
         line("look at:    ", joined(known.metrics, "; ")) + line("fix:        ", known.fix) +
         line("see it:     ", "hoplab test " + file) + line("try it:     ", "hoplab up " + file);
}

nlohmann::ordered_json object_of(const RankedCase& ranked) {
  const scenario::Case& known = *ranked.scenario->reset_case;
  return {{"title", ranked.scenario->title},
          {"file", ranked.scenario->file},
          {"score", ranked.score},
          {"hop", known.hop},
          {"cause", known.cause},
          {"tellApart", known.tell_apart},
          {"metrics", known.metrics},
          {"fix", known.fix}};
}

}  // namespace

int explain(const ExplainOptions& options) {
  const auto question = question_of(options);
  if (!question) return fail(question.error());
  const auto book = scenario::Casebook::read(options.casebook.empty() ? own_scenarios() + "/resets"
                                                                      : options.casebook);
  if (!book) return fail(book.error());
  auto ranked = book.value().rank(question.value());
  if (ranked.size() > options.most) ranked.resize(options.most);
  if (options.json) {
    auto json = nlohmann::ordered_json::array();
    for (const RankedCase& one : ranked) json.push_back(object_of(one));
    print(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    return ranked.empty() ? 1 : 0;
  }
  if (ranked.empty()) {
    print("no case of the casebook has anything in common with that\n");
    return 1;
  }
  std::string text;
  for (std::size_t i = 0; i < ranked.size(); ++i) {
    text += (i ? "\n" : "") + report(i + 1, *ranked[i].scenario);
  }
  print(text);
  return 0;
}

}  // namespace hoplab::cli
