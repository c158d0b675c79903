// Diagnostics as text, in the form that editors and compilers' users know: file, line, what.
#include "scenario/format/diagnostics.h"

#include <algorithm>
#include <tuple>

namespace hoplab::scenario {

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = diagnostic.file;
  if (diagnostic.line > 0) text += ':' + std::to_string(diagnostic.line);
  if (diagnostic.column > 0) text += ':' + std::to_string(diagnostic.column);
  return text + ": " + model::to_text(diagnostic.problem);
}

std::string to_text(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics) text += to_text(one) + '\n';
  return text;
}

std::string problems_of(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& one : diagnostics) {
    text += (text.empty() ? "" : "\n") + model::to_text(one.problem);
  }
  return text;
}

void sort_and_deduplicate(std::vector<Diagnostic>& diagnostics) {
  std::stable_sort(
      diagnostics.begin(), diagnostics.end(), [](const Diagnostic& a, const Diagnostic& b) {
        return std::tie(a.file, a.line, a.problem.path) < std::tie(b.file, b.line, b.problem.path);
      });
  const auto same = [](const Diagnostic& a, const Diagnostic& b) {
    return to_text(a) == to_text(b);
  };
  diagnostics.erase(std::unique(diagnostics.begin(), diagnostics.end(), same), diagnostics.end());
}

}  // namespace hoplab::scenario
