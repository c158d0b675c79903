// hoplab export: templates as the scenario that they become.
#include <cstdio>

#include "cli/commands.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "scenario/format/writer.h"

namespace hoplab::cli {

int export_scenario(const ExportOptions& options) {
  scenario::Source source = options.source(options.files.front());
  source.more_templates.assign(options.files.begin() + 1, options.files.end());
  const auto read = scenario::read_scenario(source);
  if (!read.ok()) {
    std::fputs(scenario::to_text(read.diagnostics).c_str(), stderr);
    return 2;
  }
  print_notes(read.notes);
  print(scenario::text_as_read(*read.scenario->tree));
  return 0;
}

}  // namespace hoplab::cli
