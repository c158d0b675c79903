#include "cli/finding_text.h"

#include "base/joined.h"
#include "base/shell_quoted.h"
#include "cli/terminal.h"

namespace hoplab::cli {

using diagnose::Finding;

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

}  // namespace hoplab::cli
