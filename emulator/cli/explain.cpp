// hoplab explain: from what a client, a log or a monitor printed to what may be behind it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/asked.h"
#include "cli/commands.h"
#include "cli/finding_text.h"
#include "cli/json_line.h"
#include "cli/terminal.h"
#include "diagnose/diagnosis.h"
#include "diagnose/many_lines.h"

namespace hoplab::cli {

namespace {

using diagnose::Finding;
using diagnose::Question;
using nlohmann::ordered_json;

/// The causes of one story.
std::string text_of(const std::vector<Finding>& causes, std::size_t named) {
  std::string text;
  for (std::size_t i = 0; i < named; ++i)
    text += (i ? "\n" : "") + finding_report(i + 1, causes[i]);
  if (named) return text;
  text =
      "I do not know: nothing in it is a code, a field or a program's words that say why a "
      "connection ended\n";
  constexpr std::size_t kMost = 3;
  constexpr double kNear = 0.15;
  for (std::size_t i = 0; i < std::min(causes.size(), kMost); ++i) {
    if (causes[i].likelihood < kNear) break;
    text += (i ? "" : "the nearest, by words only:\n") + ("  - " + finding_title(causes[i]) + "\n");
  }
  return text;
}

int explain_one(const diagnose::Diagnosis& diagnosis, const Question& question,
                const ExplainOptions& options) {
  const std::vector<Finding> causes = diagnosis.of(question);
  const std::size_t named = worth_naming(causes, options.most);
  if (options.json) {
    print(json_line(finding_objects(causes, named)));
  } else {
    print(text_of(causes, named));
  }
  return named ? 0 : 1;
}

std::string lines(std::size_t count) {
  return std::to_string(count) + (count == 1 ? " line" : " lines");
}

/// Lines of a log, by their causes: the most frequent first.
int explain_many(const std::vector<diagnose::LineGroup>& groups, const ExplainOptions& options) {
  std::size_t all = 0, unknown = 0, known = 0;
  for (const auto& group : groups) {
    all += group.lines;
    if (group.causes.empty()) unknown += group.lines;
    if (!group.causes.empty()) ++known;
  }
  auto json = ordered_json::array();
  std::string text = lines(all) + ", " + std::to_string(known) +
                     (known == 1 ? " cause" : " causes") +
                     (unknown ? "; " + lines(unknown) + " without one" : "") + "\n";
  for (const auto& group : groups) {
    if (group.causes.empty()) continue;
    const std::size_t named = worth_naming(group.causes, options.most);
    json.push_back({{"lines", group.lines},
                    {"first", group.first},
                    {"causes", finding_objects(group.causes, named)}});
    text += "\n" + lines(group.lines) + ", the first:\n   " + group.first + "\n" +
            finding_report(1, group.causes.front());
    for (std::size_t i = 1; i < named; ++i)
      text += "   or:         " + finding_title(group.causes[i]) + " (" +
              std::string(diagnose::how_sure(group.causes[i].likelihood)) + ")\n";
  }
  print(options.json ? json_line(json) : text);
  return known ? 0 : 1;
}

}  // namespace

int explain(const ExplainOptions& options) {
  auto question = asked_question(options);
  if (!question) return fail(question.error());
  const auto book = asked_casebook(options);
  if (!book) return fail(book.error());
  const diagnose::Diagnosis diagnosis(book.value());
  if (!options.capture.empty()) return explain_capture(diagnosis, question.value(), options);
  const auto text = asked_text(options);
  if (!text) return fail(text.error());
  const auto groups = diagnose::grouped(diagnosis, question.value(), text.value());
  if (!groups.empty()) return explain_many(groups, options);
  question.value().text = text.value();
  return explain_one(diagnosis, question.value(), options);
}

}  // namespace hoplab::cli
