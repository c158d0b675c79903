// hoplab reproduce: the scenario of the case that explain names, as it was seen.
#include <filesystem>

#include "base/decimal.h"
#include "base/file.h"
#include "base/shell_quoted.h"
#include "cli/asked.h"
#include "cli/commands.h"
#include "cli/finding_text.h"
#include "cli/own_scenarios.h"
#include "cli/terminal.h"
#include "diagnose/recognise.h"
#include "diagnose/reproduction.h"
#include "topology/materials.h"

namespace hoplab::cli {

namespace {

namespace fs = std::filesystem;
using scenario::Fact;

struct Asked {
  diagnose::Question question;
  diagnose::Seen seen;
};

Result<Asked> from_capture(const ReproduceOptions& options, diagnose::Question known) {
  const auto stories = captured_stories(options);
  if (!stories) return Error{stories.error()};
  for (const CapturedStory& one : stories.value().all) {
    if (options.connection ? one.number != options.connection : one.story.ordinary) continue;
    known.facts = one.story.facts;
    return Asked{std::move(known),
                 {one.story.end, one.story.facts[Fact::end],
                  parse_decimal(one.story.facts[Fact::after]), one.flow.client.bytes}};
  }
  return Error{options.connection
                   ? options.capture + " has no connection " + std::to_string(options.connection)
                   : "every connection of " + options.capture + " ended in order"};
}

Result<Asked> from_text(const ReproduceOptions& options, diagnose::Question known) {
  const auto text = asked_text(options);
  if (!text) return Error{text.error()};
  known.text = text.value();
  const scenario::Facts facts = diagnose::recognise(known.text);
  const std::string line = known.text.substr(0, known.text.find('\n'));
  const auto after = known.after_s ? known.after_s : parse_decimal(facts[Fact::after]);
  return Asked{std::move(known), {line, facts[Fact::end], after, 0}};
}

}  // namespace

int reproduce(const ReproduceOptions& options) {
  auto known = asked_question(options);
  if (!known) return fail(known.error());
  const auto book = asked_casebook(options);
  if (!book) return fail(book.error());
  const auto asked = options.capture.empty() ? from_text(options, std::move(known).value())
                                             : from_capture(options, std::move(known).value());
  if (!asked) return fail(asked.error());
  const auto findings = diagnose::Diagnosis(book.value()).of(asked.value().question);
  const std::size_t named = worth_naming(findings, findings.size());
  if (named == 0) return fail("I do not know what is behind it; hoplab explain says more");
  if (options.cause < 1 || options.cause > named)
    return fail("there are causes 1 to " + std::to_string(named));
  const diagnose::Finding& finding = findings[options.cause - 1];
  if (!finding.known_case)
    return fail("no scenario of the casebook shows " + finding.code->code + ": " +
                finding.code->cause);
  const std::string& file = finding.known_case->file;
  const std::string out = options.out.empty() ? fs::path(file).filename().string() : options.out;
  std::error_code error;
  if (fs::exists(out, error) && !options.force)
    return fail(out + " exists; --force writes over it");
  const auto text = read_file(file);
  if (!text) return fail(text.error());
  const auto made =
      diagnose::reproduction(text.value(), *finding.known_case->reset_case, asked.value().seen,
                             real_path(own_scenarios() + "/../docs/scenario.schema.json"));
  if (!made) return fail(made.error());
  if (const auto written = topology::write_file(out, made.value().text); !written)
    return fail(written.error());
  print("wrote " + out + ": " + finding_title(finding) + "\n" +
        (made.value().changes.empty() ? "" : "as seen: " + made.value().changes + "\n") +
        "hoplab test " + shell_quoted(out) + " shows it, hoplab up " + shell_quoted(out) +
        " is there to try\n");
  return 0;
}

}  // namespace hoplab::cli
